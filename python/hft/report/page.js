// The pointer over a chart shows the value at that place. Without scripts the charts still read.
for (const box of document.querySelectorAll(".hover")) {
  const svg = box.querySelector("svg");
  const points = JSON.parse(box.dataset.points);
  const tip = document.getElementById("tip");
  const height = svg.viewBox.baseVal.height;
  const hair = document.createElementNS("http://www.w3.org/2000/svg", "line");
  hair.setAttribute("class", "crosshair");
  hair.setAttribute("y1", 0);
  hair.setAttribute("y2", height - 30);
  box.addEventListener("pointermove", (event) => {
    const frame = svg.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * svg.viewBox.baseVal.width;
    let at = points.x.findIndex((left) => left > x) - 1;
    if (at < 0) at = x < points.x[0] ? 0 : points.labels.length - 1;
    hair.setAttribute("x1", x);
    hair.setAttribute("x2", x);
    svg.append(hair);
    tip.textContent = points.labels[Math.min(at, points.labels.length - 1)];
    tip.hidden = false;
    tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = event.clientY + 14 + "px";
  });
  box.addEventListener("pointerleave", () => {
    tip.hidden = true;
    hair.remove();
  });
}
