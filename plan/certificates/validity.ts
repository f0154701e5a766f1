/** When certificates are valid. */

const day = 86_400_000;
/** Days that a certificate is valid. */
export const validityDays = 365;

/** The moment at which a UUID of version 7 was made: its first 48 bits, in ms since 1970 (RFC 9562). */
export function timeOf(uuid: string): Date {
  return new Date(Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16));
}

/** A day before it is made: clocks of nodes may be late. */
export const beginningOf = (issuedAt: Date) => new Date(issuedAt.getTime() - day);

/** The moment from which a certificate is refused. */
export const expiryOf = (issuedAt: Date) => new Date(issuedAt.getTime() + validityDays * day);
