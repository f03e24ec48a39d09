// SPDX-License-Identifier: GPL-3.0-or-later

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The lesson's ways in Java, with java.net.http: java Flags WAY [WORK_NS]
 *
 * WAY is sequential, map (invokeAll: results in order) or as-completed
 * (ExecutorCompletionService: results as they come). The protocol is that of
 * docs/PROGRAMS.md.
 */
public class Flags {
	static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
	static long workNs;
	static HttpClient client;

	/** Trusts the certificates of a file; null: those that Java comes with. */
	static SSLContext trusting(String file) throws Exception {
		if (file == null)
			return SSLContext.getDefault();
		var store = KeyStore.getInstance(KeyStore.getDefaultType());
		store.load(null);
		try (var in = Files.newInputStream(Path.of(file))) {
			for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in))
				store.setCertificateEntry("authority " + store.size(), one);
		}
		var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(store);
		var context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		return context;
	}

	/** Uses that CPU time, by the clock of the calling thread. */
	static void work() {
		if (workNs == 0)
			return;
		long end = THREADS.getCurrentThreadCpuTime() + workNs;
		while (THREADS.getCurrentThreadCpuTime() < end)
			;
	}

	/** Downloads one flag; its size in bytes, or -1 if it failed. */
	static int downloadOne(URI url) {
		try {
			HttpRequest request = HttpRequest.newBuilder(url).build();
			byte[] body = client.send(request, BodyHandlers.ofByteArray()).body();
			work();
			return body.length;
		} catch (Exception failure) {
			return -1;
		}
	}

	static void downloadMany(String way, List<URI> urls, ExecutorService pool) throws Exception {
		List<Callable<Integer>> tasks = new ArrayList<>();
		for (URI url : urls)
			tasks.add(() -> downloadOne(url));
		switch (way) {
		case "sequential":
			for (Callable<Integer> task : tasks)
				task.call();
			break;
		case "map":
			pool.invokeAll(tasks);
			break;
		case "as-completed":
			var results = new ExecutorCompletionService<Integer>(pool);
			for (Callable<Integer> task : tasks)
				results.submit(task);
			for (int i = 0; i < tasks.size(); i++)
				results.take().get();
			break;
		}
	}

	public static void main(String[] args) throws Exception {
		var in = new BufferedReader(new InputStreamReader(System.in));
		String[] job = in.readLine().split(" ");
		List<URI> urls = new ArrayList<>();
		for (String line : Files.readAllLines(Path.of(job[1])))
			urls.add(URI.create(line));
		int concurrency = Integer.parseInt(job[3]);
		workNs = args.length > 1 ? Long.parseLong(args[1]) : 0;
		client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.sslContext(trusting(System.getenv("SSL_CERT_FILE")))
			.build();
		var pool = (ThreadPoolExecutor) Executors.newFixedThreadPool(concurrency);
		pool.prestartAllCoreThreads();
		System.out.println("READY");
		in.readLine();
		downloadMany(args[0], urls, pool);
		System.out.println("DONE");
		in.readLine();
		System.exit(0);
	}
}
