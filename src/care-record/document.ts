/** A document made safe to show: what came is hostile until this stands. */
export interface DocumentContent {
  /** `other`: of a kind that cannot be shown; only the original can be taken. */
  readonly format: 'html' | 'pdf' | 'image' | 'text' | 'other'
  /** MIME type as the bytes are, whatever the source named them. */
  readonly contentType: string
  /** All its words: for search, and for disclosure before anything of it is shown. Empty when none could be read. */
  readonly text: string
  /** `html` and `text`: markup without script, form, link, style or anything loaded from elsewhere. */
  readonly html?: string
  /** Pages of a PDF, 1 of anything else, 0 of what cannot be shown. */
  readonly pages: number
  readonly printed: PrintedIdentity
  /**
   * Whom the document names, against the person of the view (D133, care rules 3). `another-person`: another NHS number.
   * `held`: title and given name are of somebody else of another sex; it is not shown, and nothing is said of it.
   */
  readonly names: 'this-person' | 'nobody' | 'another-person' | 'held'
  /** Why it is `other`, where that is the document's doing. */
  readonly problem?: 'damaged' | 'protected' | 'too-large'
}

/** Who a document says it is about, as printed in it. */
export interface PrintedIdentity {
  readonly name?: string
  readonly birthDate?: string
  readonly nhsNumber?: string
}
