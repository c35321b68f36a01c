// Files that the browser keeps.

/** As a download even when it is refused: the page stays where it is. */
export function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}
