/** TLS with members of NATS and etcd, by the files of a certificate's Secret. */
import { tlsOf } from "../../plan/certificates/certificates";

/** Members answer by the name "localhost" too, as which a tunnel leads to them. */
export const memberTls = (files: Readonly<Record<string, string>>) => ({
  servername: "localhost",
  ...tlsOf(files),
});
