import { say } from './rows.ts'

/** Puts words on the clipboard at the press of a button, also in a frame that may not write to it by itself (D166). */
export function copyWords(button: HTMLElement, words: string): void {
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', words)
    event.preventDefault()
  }
  document.addEventListener('copy', put, { once: true })
  const done = document.execCommand('copy')
  document.removeEventListener('copy', put)
  button.textContent = done ? 'Copied' : 'Could not copy'
  say(button.textContent)
}
