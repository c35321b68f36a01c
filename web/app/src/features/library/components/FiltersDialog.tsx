// The filters where there is no room beside the pictures.
import { Button, Dialog } from '@albumen/ui';

import { Facets, type FacetsProps } from './Facets.tsx';

export default function FiltersDialog({ onClose, ...facets }: FacetsProps & { onClose(): void }) {
  const { search, onChange } = facets;
  const actions = (
    <>
      {search.q !== '' && <Button variant="ghost" onClick={() => onChange({ q: '' })}>Clear</Button>}
      <Button variant="primary" onClick={onClose}>Show pictures</Button>
    </>
  );
  return <Dialog isOpen onClose={onClose} title="Filters" actions={actions}><Facets {...facets} /></Dialog>;
}
