// Signing in and out.
export { SignIn } from './components/SignIn.tsx';
