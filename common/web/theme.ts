// SPDX-License-Identifier: Apache-2.0

/// Puts "light", "dark", "sun" or "auto" (as the browser has it) on the page.
export function show_theme(theme: string): void {
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = theme === 'sun' ? 'sun' : dark ? 'dark' : 'light';
}
