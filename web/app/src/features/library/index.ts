// Pictures of the library, for the pages that show some.
import { later } from '../../later.tsx';

export const ImagePicker = later(() => import('./components/ImagePicker.tsx'));
export const ImageViewer = later(() => import('./components/ImageViewer.tsx'));
export { download } from './download.ts';
export { PICTURES, upload } from './upload.ts';
export { thumbOf, titleOf, useImages } from './hooks/useImages.ts';
