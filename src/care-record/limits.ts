/** Times and sizes of one view. Milliseconds, bytes, items. Source of each: docs/architecture.md, 'Time and size'. */
export const limits = {
  evidenceMs: 800,
  evidenceFreshMs: 15 * 60_000,
  /** So long a system’s encounters may suffice before it is asked for bookings, requests and episodes too. */
  encountersFirstMs: 150,
  /** Completeness is measured here. */
  completeMs: 3_000,
  /** A request is aborted here. */
  askMs: 5_000,
  /** A peer gets the rest of the budget less this. */
  peerMarginMs: 150,
  noReaderMs: 15_000,
  idleMs: 10 * 60_000,
  viewMs: 30 * 60_000,
  lostMs: 60_000,
  viewBytes: 64 * 1024 * 1024,
  groupBytes: 20 * 1024 * 1024,
  groupItems: 5_000,
  recentMonths: 12,
  /** A document is fetched, read and shown within this, or said to be late. */
  documentMs: 10_000,
  documentBytes: 20 * 1024 * 1024,
  /** Documents one view keeps; the one opened longest ago goes first. */
  documentsBytes: 40 * 1024 * 1024,
  /** Items of one report. */
  reportItems: 500,
  hedgeShare: 0.08,
  candidates: 5,
} as const
