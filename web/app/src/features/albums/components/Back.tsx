// The way back to all albums.
import { Link } from 'wouter';

import styles from './Back.module.css';

export const Back = () => <Link href="/albums" className={styles.back}>Albums</Link>;
