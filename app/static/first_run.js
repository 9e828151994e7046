// The word stands behind the # of the address that was shown at the start: into its field, and out of the address.
const field = document.querySelector("[name=word]");
if (field && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
