// Files that the browser keeps.
import { messageOf } from '@albumen/api';
import { toasts } from '@albumen/ui';

import { checkFile } from '../../data/client.ts';

/** Says why when there is no file to be had; else the browser takes it, and the page stays where it is. */
export async function download(url: string): Promise<void> {
  try {
    await checkFile(url);
  } catch (error) {
    toasts.add(`Nothing was downloaded: ${messageOf(error)}`, { tone: 'error', action: { label: 'Try again', onSelect: () => void download(url) } });
    return;
  }
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}
