// What of a page some people could not read or use: WCAG 2.2, 1.1.1, 1.4.3 (AA), 2.4.6, 4.1.2.
() => {
  const problems = new Set();
  const channel = (value) => (value <= 10.0314 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = (text) => [...text.match(/[\d.]+/g).map(Number), 1].slice(0, 4);
  const over = (front, back, alpha) => [0, 1, 2].map((i) => front[i] * alpha + back[i] * (1 - alpha));
  const line = (element) => [element, ...(element.parentElement ? line(element.parentElement) : [])];

  const behind = (element) =>
    line(element).reverse().reduce((below, one) => {
      const back = colour(getComputedStyle(one).backgroundColor);
      return over(back, below, back[3]);
    }, [255, 255, 255]);

  const contrast = (element) => {
    const back = behind(element);
    const front = colour(getComputedStyle(element).color);
    const alpha = line(element).reduce((all, one) => all * getComputedStyle(one).opacity, front[3]);
    const [low, high] = [luminance(over(front, back, alpha)), luminance(back)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest(".hidden, .skip, :disabled")) continue;
    const ratio = contrast(element);
    if (ratio < 4.5) problems.add(`${ratio.toFixed(2)} : 1 ${element.tagName}.${element.className} ${texts.currentNode.data.trim()}`);
  }

  const is_named = (element) => element.labels?.length || element.ariaLabel || element.getAttribute("aria-labelledby");
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!is_named(field)) problems.add(`no label: ${field.outerHTML}`);
  for (const element of document.querySelectorAll("button, a[href], summary"))
    if (!element.textContent.trim() && !is_named(element)) problems.add(`no name: ${element.outerHTML}`);
  for (const image of document.querySelectorAll("img:not([alt])")) problems.add(`no text for ${image.src}`);

  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.add(`twice: #${id}`);
  for (const name of ["aria-labelledby", "aria-describedby"])
    for (const element of document.querySelectorAll(`[${name}]`))
      for (const id of element.getAttribute(name).split(" ")) if (!ids.includes(id)) problems.add(`${name} leads nowhere: #${id}`);

  const levels = [...document.querySelectorAll("main :is(h1, h2, h3, h4)")].map((heading) => Number(heading.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) problems.add(`headings of the first level: ${levels}`);
  levels.forEach((level, at) => level > (levels[at - 1] ?? 0) + 1 && problems.add(`a heading is left out: ${levels}`));
  return [...problems];
}
