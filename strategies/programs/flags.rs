// SPDX-License-Identifier: GPL-3.0-or-later

//! The lesson's ways in Rust, with threads of the standard library: flags WAY
//! [WORK_NS]
//!
//! WAY is sequential, map (results in order) or as-completed (results as they
//! come). The protocol is that of docs/PROGRAMS.md. The standard library has no
//! HTTP client, so this program has as much of one as it needs, without TLS.

use std::io::{stdin, BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Barrier};
use std::{env, fs, thread};

#[repr(C)]
struct Timespec {
    seconds: i64,
    ns: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}

/// The CPU time of the calling thread.
fn thread_time() -> i64 {
    const THREAD_CPU: i32 = 3; // CLOCK_THREAD_CPUTIME_ID
    let mut time = Timespec { seconds: 0, ns: 0 };
    unsafe { clock_gettime(THREAD_CPU, &mut time) };
    time.seconds * 1_000_000_000 + time.ns
}

fn work(ns: i64) {
    let end = thread_time() + ns;
    while ns > 0 && thread_time() < end {}
}

/// A worker's connection, which is made when it is needed.
struct Client {
    kept: Option<BufReader<TcpStream>>,
    work_ns: i64,
}

impl Client {
    /// Sends the request and reads the answer; its size in bytes.
    fn get(&mut self, url: &str) -> Result<usize> {
        let unclear = || Error::new(ErrorKind::InvalidData, "no HTTP");
        let (host, path) = url[7..].split_at(url[7..].find('/').ok_or_else(unclear)?);
        if self.kept.is_none() {
            let stream = TcpStream::connect(host)?;
            stream.set_nodelay(true)?;
            self.kept = Some(BufReader::new(stream));
        }
        let stream = self.kept.as_mut().ok_or_else(unclear)?;
        let request = format!("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path, host);
        stream.get_mut().write_all(request.as_bytes())?;
        let (mut line, mut length, mut closes) = (String::new(), None, false);
        while line != "\r\n" {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok(),
                "connection" => closes = value.trim() == "close",
                _ => (),
            }
        }
        let mut body = vec![0; length.ok_or_else(unclear)?];
        stream.read_exact(&mut body)?;
        if closes {
            self.kept = None;
        }
        Ok(body.len())
    }

    /// Downloads one flag; None if it failed.
    fn download_one(&mut self, url: &str) -> Option<usize> {
        let size = self.get(url);
        match size {
            Ok(_) => work(self.work_ns),
            Err(_) => self.kept = None,
        }
        size.ok()
    }
}

/// The lines of standard input.
fn hear() -> String {
    let mut line = String::new();
    let _ = stdin().read_line(&mut line);
    line
}

fn main() {
    let args: Vec<String> = env::args().collect();
    let work_ns = args.get(2).map_or(0, |ns| ns.parse().unwrap());
    let line = hear();
    let job: Vec<&str> = line.split_whitespace().collect();
    let list = fs::read_to_string(job[1]).unwrap();
    let urls: Vec<&str> = list.split_whitespace().collect();
    let told: usize = job[3].parse().unwrap();
    let workers = if args[1] == "sequential" { 1 } else { told };
    let (next, begin) = (AtomicUsize::new(0), Barrier::new(workers + 1));
    let (sender, results) = mpsc::channel();

    thread::scope(|scope| {
        for _ in 0..workers {
            let (next, begin, urls, sender) = (&next, &begin, &urls, sender.clone());
            scope.spawn(move || {
                let mut client = Client { kept: None, work_ns };
                begin.wait();
                while let Some(item) = Some(next.fetch_add(1, Ordering::Relaxed)) {
                    if item >= urls.len() {
                        break;
                    }
                    let _ = sender.send((item, client.download_one(urls[item])));
                }
            });
        }
        println!("READY");
        hear();
        begin.wait();
        let mut sizes = vec![None; urls.len()];
        for (item, size) in results.iter().take(urls.len()) {
            if args[1] != "as-completed" {
                sizes[item] = size;
            }
        }
        println!("DONE");
        hear();
    });
}
