// On paper, a page has its light colours whatever the screen shows, and what is folded lies open.
{
  const page = document.documentElement;
  let theme, folded;

  addEventListener("beforeprint", () => {
    theme = page.dataset.theme;
    page.dataset.theme = "light";
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const each of folded) each.open = true;
  });

  addEventListener("afterprint", () => {
    page.dataset.theme = theme;
    for (const each of folded) each.open = false;
  });
}
