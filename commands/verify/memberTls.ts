/** TLS with members of NATS and etcd, by the files of a certificate's Secret. */
import { certificateFiles } from "../../plan/certificates/certificates";

/** Members answer by the name "localhost" too, as which a tunnel leads to them. */
export const tlsOf = (files: Readonly<Record<string, string>>) => ({
  servername: "localhost",
  ca: files[certificateFiles.authorities] ?? "",
  cert: files[certificateFiles.certificate] ?? "",
  key: files[certificateFiles.key] ?? "",
});
