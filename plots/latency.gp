# Shows how the latencies of requests are distributed: on the left the share of
# requests that took at most so long, on the right the high percentiles, to as many
# nines as there are requests. Reads latency.csv. To be read after common.gp.
file = "latency.csv"
stats file using "curve" nooutput name "CURVE"
stats file using "cells" nooutput name "CELLS"
stats file using "requests" nooutput name "REQUESTS"
stats file using (number("latency_ms") > 0 ? number("latency_ms") : NaN) \
	nooutput name "LATENCY"
stats file using (number("percent") == 0 ? number("requests") : NaN) nooutput \
	name "N"
stats file using (number("nines") == number("nines") ? number("nines") : 0) \
	nooutput name "NINES"
stats file using (strlen(text("cell"))) nooutput name "NAME"
curves = int(CURVE_max)
array name[curves]
array count[curves]
do for [c = 1 : curves] { count[c] = 0 }
work = ""
set table $unused
plot file using (c = int(number("curve")), name[c] = text("cell"), \
	count[c] = number("requests"), work = text("work"), $0 + 1):($0 + 1) \
	with points
unset table
only(c, x) = int(number("curve")) == c ? x : NaN

about = folded((N_min == N_max ? sprintf("%.0f requests of each cell", N_max) \
	: sprintf("%.0f to %.0f requests of a cell", N_min, N_max)) \
	. ", from all of its trials; the right ends where no request is left" \
	. (curves >= CELLS_max ? "" : sprintf("; %d of %d cells, those that" \
	. " differ most in time; --cells shows others", curves, CELLS_max)), \
	SUBTITLE) . (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
above = 96.0 + PITCH * lines_of(about)
list = 19.0 * (NAME_max <= 36 ? (curves + 1) / 2 : curves) + 20
pixels = 340.0
height = above + pixels + 60 + list
eval open(900, height)
set multiplot
set border 3
set grid back linecolor rgb PALE linetype 1 linewidth 0.7
set label 1 "How long does a request take, and how long do the slowest?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
set label 3 "share of the requests that took at most so long" \
	at graph 0, graph 1 offset 0, 0.9 textcolor rgb INK
set tmargin at screen 1 - above / height
set bmargin at screen (60.0 + list) / height
set lmargin at screen 0.08
set rmargin at screen 0.49
wide = LATENCY_max > 20 * LATENCY_min
first = LATENCY_min > 0 ? LATENCY_min : 0.001
span = LATENCY_max - first
if (wide) {
	set logscale x
	set xrange [first / 1.3 : LATENCY_max * 1.3]
} else {
	set xrange [max(0, first - 0.05 * span - 1e-3) : \
		LATENCY_max + 0.05 * span + 1e-3]
	set xtics apart(LATENCY_max - first + 1e-3, 350)
}
set yrange [0 : 102]
set xtics textcolor rgb GREY
set ytics 25 format "%.0f %%" textcolor rgb GREY
set xlabel "latency, ms" textcolor rgb GREY
# The key, in two columns if names are short, below both panels.
columns = NAME_max <= 36 ? 2 : 1
unset key
do for [c = 1 : curves] {
	line = columns == 2 ? (c - 1) / 2 : c - 1
	x = columns == 2 && c % 2 == 0 ? 0.51 : 0.02
	y = (list - 14.0 - 19 * line) / height
	set arrow c from screen x, screen y to screen x + 0.05, screen y nohead \
		linewidth 2 dashtype dash(c) linecolor rgb colour(c)
	set label 10 + c clip(name[c], columns == 2 ? 42 : 96) \
		at screen x + 0.06, screen y textcolor rgb INK
}
plot for [c = 1 : curves] file using (only(c, number("latency_ms"))): \
	"percent" with lines linewidth 2 dashtype dash(c) \
	linecolor rgb colour(c) notitle
unset arrow
unset label
set label 3 "latency that so many requests do not exceed, ms" \
	at graph 0, graph 1 offset 0, 0.9 textcolor rgb INK
set lmargin at screen 0.57
set rmargin at screen 0.975
unset logscale x
set xrange [0.25 : NINES_max + 0.05]
set xtics ("50 %%" 0.30103, "90 %%" 1, "99 %%" 2, "99.9 %%" 3, "99.99 %%" 4, \
	"5 nines" 5, "6 nines" 6, "7 nines" 7)
set xlabel "percentile" textcolor rgb GREY
unset yrange
set ytics autofreq format "%g" textcolor rgb GREY
if (wide) {
	set logscale y
	set yrange [first / 1.3 : LATENCY_max * 1.3]
} else {
	set yrange [max(0, first - 0.05 * span - 1e-3) : \
		LATENCY_max + 0.05 * span + 1e-3]
}
plot for [c = 1 : curves] file using (only(c, number("nines"))): \
	"latency_ms" with lines linewidth 2 dashtype dash(c) \
	linecolor rgb colour(c) notitle, \
	for [c = 1 : curves] file using (only(c, abs(number("nines") \
	- floor(number("nines") + 1e-9)) < 1e-6 ? number("nines") : NaN)): \
	"latency_ms" with points pointtype shape(c) pointsize 0.8 \
	linecolor rgb colour(c) notitle, \
	for [c = 1 : SPOTS * curves] file using (only(c, abs(number("nines") \
		- floor(number("nines") + 1e-9)) < 1e-6 ? number("nines") : NaN)): \
		"latency_ms":(sprintf("%s: %g %% within %s ms", name[c], \
		number("percent"), figure(number("latency_ms")))) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
unset multiplot
