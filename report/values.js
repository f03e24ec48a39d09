// Pictures: the value of the point nearest the pointer is shown, and arrow keys go
// from point to point.
{
	const box = document.getElementById("value");
	const reach = 48; // pixels

	const centre = point => {
		const place = point.group.getBoundingClientRect();

		return {x: place.x + place.width / 2, y: place.y + place.height / 2};
	};

	let shown = null;

	const show = point => {
		shown?.group.classList.remove("on");
		shown = point;
		box.hidden = !point;
		if (!point)
			return;
		point.group.classList.add("on");
		box.textContent = point.text;
		const at = centre(point);
		const wide = box.offsetWidth, high = box.offsetHeight;
		const left = Math.min(at.x + 14, innerWidth - wide - 6);
		const top = at.y - high - 12 > 0 ? at.y - high - 12 : at.y + 16;

		box.style.left = `${Math.max(6, left)}px`;
		box.style.top = `${top}px`;
	};

	const nearest = (points, event) => {
		let best = null, least = reach;

		for (const point of points) {
			const at = centre(point);
			const far = Math.hypot(at.x - event.clientX, at.y - event.clientY);

			if (far < least) {
				best = point;
				least = far;
			}
		}
		return best;
	};

	const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};

	const move = (points, key) => {
		const at = points.indexOf(shown);

		if (key === "Home" || (at < 0 && key in step))
			return points[0];
		if (key === "End")
			return points[points.length - 1];
		return points[Math.max(0, Math.min(points.length - 1, at + step[key]))];
	};

	for (const picture of document.querySelectorAll(".picture")) {
		const points = [...picture.querySelectorAll(".value")].map(group => {
			const title = group.querySelector("title");
			const text = title.textContent;

			// A browser would show the title, too.
			title.remove();
			return {group, text};
		});
		const name = picture.querySelector("svg").getAttribute("aria-label");

		picture.tabIndex = 0;
		picture.setAttribute("role", "group");
		picture.setAttribute("aria-label", points.length
			? `${name} The arrow keys go through its ${points.length} values.`
			: name);
		picture.addEventListener("pointermove",
			event => show(nearest(points, event)));
		picture.addEventListener("pointerleave", () => show(null));
		picture.addEventListener("blur", () => show(null));
		picture.addEventListener("keydown", event => {
			if (event.key === "Escape")
				show(null);
			if (!points.length ||
				!(event.key in step || ["Home", "End"].includes(event.key)))
				return;
			event.preventDefault();
			const next = move(points, event.key);

			next.group.scrollIntoView({block: "nearest", inline: "nearest"});
			show(next);
		});
	}
	// A picture may scroll by itself, too.
	addEventListener("scroll", () => show(shown), {capture: true, passive: true});
}
