// What is known of a picture, below it.
import type { Image } from '@albumen/api';

import { bytes, dateTime } from '../../../format.ts';
import { useRecipe, type Recipe } from '../hooks/useRecipe.ts';
import styles from './ImageFacts.module.css';

function factsOf(image: Image, recipe: Recipe | undefined): [string, string | number | null | undefined][] {
  const request = recipe?.request;
  return [
    ['Size', image.width && image.height ? `${image.width} × ${image.height}` : null],
    ['File', `${image.mediaType.replace('image/', '').toUpperCase()}, ${bytes(image.sizeBytes)}`],
    ['Made', dateTime(image.createdAt)],
    ['Backend', image.backend],
    ['Style', request?.style],
    ['Seed', request?.seed],
    ['Steps', request?.steps],
    ['Guidance', request?.guidance],
    ['Without', request?.negative_prompt],
    ['Ignored', recipe?.ignored?.join(', ')],
  ];
}

export function ImageFacts({ image }: { image: Image }) {
  const { data: recipe } = useRecipe(image.id);
  return (
    <dl className={styles.facts}>
      {factsOf(image, recipe).filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
