// Budgets, for the pages that show some.
export { BudgetList } from './components/BudgetList.tsx';
export { useMyBudgets } from './hooks/useMoney.ts';
