// Sends the page's form at once; without scripts, its button does.
document.getElementById("answer").submit();
