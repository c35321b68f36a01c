// Forms whose answer comes from the server.
import { messageOf } from '@albumen/api';
import { useState, type FormEvent } from 'react';

import { useAction } from './hooks.ts';

export interface FormState {
  onSubmit(event: FormEvent<HTMLFormElement>): void;
  isBusy: boolean;
  /** Why it was not taken; for the field that it is about. */
  failure: string | null;
}

/** `send` gets the fields, one submit at a time; it rejects with what is wrong with them. */
export function useForm(send: (fields: FormData, form: HTMLFormElement) => Promise<void>): FormState {
  const [failure, setFailure] = useState<string | null>(null);
  const [submit, isBusy] = useAction(async (form: HTMLFormElement) => {
    setFailure(null);
    await send(new FormData(form), form).catch((error: unknown) => setFailure(messageOf(error)));
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void submit(event.currentTarget);
  };
  return { onSubmit, isBusy, failure };
}
