/** Stepping through the months that hold something. */

/** The month before (-1) or after (+1) among `months` (newest first); from "all", the newest. */
export function nearMonth(
  months: readonly string[],
  from: string | null,
  by: -1 | 1,
): string | null {
  if (from === null) return by === -1 ? (months[0] ?? null) : null;
  const older = months.filter((month) => month < from);
  const newer = months.filter((month) => month > from);
  return (by === -1 ? older[0] : newer[newer.length - 1]) ?? null;
}
