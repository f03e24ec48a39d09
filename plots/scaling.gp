# Shows how throughput grows with concurrency: the points measured, the curve that
# was fitted to them, and its knee. Reads scaling.csv. To be read after common.gp.
file = "scaling.csv"
stats file using "curve" nooutput name "CURVE"
stats file using "concurrency" nooutput name "N"
stats file using "throughput" nooutput name "RATE"
stats file using (number("throughput_low") == number("throughput_low")) \
	nooutput name "WHISKER"
stats file using "curves" nooutput name "CURVES"
curves = int(CURVE_max)
array name[curves]
array lambda[curves]
array sigma[curves]
array kappa[curves]
array knee[curves]
array last[curves]
do for [c = 1 : curves] { last[c] = 0 }
work = ""
set table $unused
plot file using (c = int(number("curve")), name[c] = text("sweep"), \
	lambda[c] = number("lambda"), sigma[c] = number("sigma"), \
	kappa[c] = number("kappa"), knee[c] = number("knee"), \
	last[c] = max(last[c], number("concurrency")), \
	work = text("work"), $0 + 1):($0 + 1) with points
unset table
usl(c, n) = lambda[c] * n / (1 + sigma[c] * (n - 1) + kappa[c] * n * (n - 1))
only(c, x) = int(number("curve")) == c ? x : NaN
known(x) = x == x

about = folded("Median" \
	. (WHISKER_max > 0 ? " with its 95 % interval" : "") \
	. "; line: the Universal Scalability Law; | its knee, if measured" \
	. of_all(curves, CURVES_max, "curves"), SUBTITLE) \
	. (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
above = 61 + PITCH * lines_of(about)
pixels = 421
height = pixels + 61 + above
eval open(900, height)
set logscale xy
set xrange [0.9 * N_min : 1.15 * N_max]
# Knees are told above the curves, those that would touch in lines of their own.
near(c, d) = shown[c] && shown[d] && up[c] == up[d] \
	&& abs(log(knee[c] / knee[d])) < 0.05 * log(1.3 * N_max / N_min)
array up[curves]
array shown[curves]
told = 0
do for [c = 1 : curves] {
	up[c] = 0
	shown[c] = known(knee[c]) && knee[c] <= last[c]
	do for [try = 1 : c] {
		do for [d = 1 : c - 1] {
			up[c] = up[c] + near(c, d)
		}
	}
	told = shown[c] ? max(told, up[c] + 1) : told
}
decades = log(1.6 * RATE_max / (0.7 * RATE_min))
set yrange [0.7 * RATE_min : \
	1.6 * RATE_max * exp(decades * 17 * told / (pixels - 17.0 * told))]
set grid back linecolor rgb PALE linetype 1 linewidth 0.7
set xtics N_min, 2 textcolor rgb GREY
unset mxtics
set ytics textcolor rgb GREY
set xlabel "concurrency: the most requests in flight" textcolor rgb GREY
set ylabel "requests/s" offset 1, 0 textcolor rgb GREY
set tmargin at screen 1 - 1.0 * above / height
set lmargin at screen 0.105
set rmargin at screen 0.975
set key bottom right textcolor rgb INK
set label 1 "How does throughput grow with concurrency?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
set style textbox opaque noborder margins 0.3, 0.3
# A knee is shown where its own curve was measured; beyond it would be a guess.
do for [c = 1 : curves] {
	if (shown[c]) {
		set arrow 2 * c from knee[c], 0.8 * usl(c, knee[c]) \
			to knee[c], 1.25 * usl(c, knee[c]) nohead front \
			linewidth 2 linecolor rgb colour(c)
		set arrow 2 * c + 1 from knee[c], usl(c, knee[c]) \
			to knee[c], graph 1 - (17.0 * up[c] + 20) / pixels nohead \
			dashtype 3 linewidth 1 linecolor rgb colour(c)
		set label 10 + c sprintf("%.0f", knee[c]) \
			at knee[c], graph 1 - (17.0 * up[c] + 8) / pixels center \
			front boxed textcolor rgb colour(c)
	}
}
set samples 200
plot for [c = 1 : curves] usl(c, x) with lines linewidth 1.5 \
		dashtype dash(c) linecolor rgb colour(c) notitle, \
	for [c = 1 : curves] file using \
		(only(c, number("concurrency"))):"throughput_low":(0): \
		(number("throughput_high") - number("throughput_low")) \
		with vectors nohead linewidth 2 linecolor rgb INK notitle, \
	for [c = 1 : curves] file using \
		(only(c, number("concurrency"))):"throughput" with points \
		pointtype shape(c) pointsize 0.8 \
		linecolor rgb colour(c) notitle, \
	for [c = 1 : curves] keyentry with linespoints \
		pointtype shape(c) pointsize 0.8 linewidth 1.5 \
		dashtype dash(c) linecolor rgb colour(c) \
		title clip(name[c], 60), \
	for [c = 1 : SPOTS * curves] file using \
		(only(c, number("concurrency"))):"throughput": \
		(sprintf("%s@%.0f: %s requests/s", name[c], number("concurrency"), \
		figure(number("throughput")))) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
