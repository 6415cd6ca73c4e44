// Before the page is painted: the theme that the reader chose the last time.
try {
  const chosen = localStorage.getItem("nightjar-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch (e) {
  // Storage is closed to pages from disk in some browsers: the system's theme it is.
}
document.documentElement.classList.add("js");
