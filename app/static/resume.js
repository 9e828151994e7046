// What a person has just confirmed is sent again by itself, once; without scripts the button does it.
const form = document.querySelector("form[data-resume]");
if (form) HTMLFormElement.prototype.requestSubmit.call(form); // a field may bear any name, that one too
