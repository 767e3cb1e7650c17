// The file on paper: the button is there only where a browser can print.

const button = document.querySelector("[data-prints]");
button.hidden = false;
button.addEventListener("click", () => print());
