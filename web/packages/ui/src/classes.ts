// Names of classes, of which some hold only sometimes.
export const classes = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(' ');
