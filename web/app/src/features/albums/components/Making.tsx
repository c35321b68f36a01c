// An anchor or a shot while it is made.
import type { Album } from '@albumen/api';
import { Developing, type AlbumGridShot } from '@albumen/ui';

import { useGlimpse } from '../../../data/job.ts';

type Shot = AlbumGridShot | 'anchor';

function Seen({ jobId, ...rest }: { jobId: string; label: string; isOver: boolean }) {
  return <Developing {...rest} {...useGlimpse(jobId)} />;
}

export function Making({ album, shot }: { album: Album; shot: Shot }) {
  const { label, jobId, imageUrl } = shot === 'anchor' ? { label: 'Anchor', jobId: album.anchorJobId, imageUrl: album.anchorUrl } : shot;
  const facts = { label, isOver: Boolean(imageUrl) };
  // Who looks at somebody else's album is not told of its jobs.
  return jobId && album.mine ? <Seen jobId={jobId} {...facts} /> : <Developing {...facts} />;
}
