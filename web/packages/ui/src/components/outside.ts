// Messages stand over windows: pressing one of theirs closes no window.

interface OutsideEvent {
  detail: { originalEvent: Event };
  preventDefault(): void;
}

export function keepForToasts(event: OutsideEvent): void {
  const { target } = event.detail.originalEvent;
  // A message that was pressed may be gone already when this is asked.
  if (target instanceof Element && (!target.isConnected || target.closest('[data-toasts]'))) event.preventDefault();
}
