// What is known of a picture, beside it: what its owner says of it, and what made it.
import type { Image } from '@albumen/api';
import { Rating } from '@albumen/ui';
import { Fragment } from 'react';

import { useMay } from '../../../data/session.ts';
import { bytes, dateTime } from '../../../format.ts';
import { change } from '../changes.ts';
import { titleOf } from '../hooks/useImages.ts';
import { useRecipe, type Recipe } from '../hooks/useRecipe.ts';
import styles from './ImageFacts.module.css';
import { TagEditor } from './TagEditor.tsx';

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
  const mayChange = useMay('member');
  return (
    <div className={styles.panel}>
      <p className={styles.prompt}>{titleOf(image)}</p>
      <Rating label="Rating" value={image.rating} onChange={mayChange ? (rating) => void change(image, { rating }) : undefined} />
      <TagEditor image={image} mayChange={mayChange} />
      <dl className={styles.facts}>
        {factsOf(image, recipe).filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}
