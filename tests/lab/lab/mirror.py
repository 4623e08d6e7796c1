"""The package server of the hosts: folders over HTTP, as an apt mirror serves them. One instance for a lab, on the hosts' own bridge.

It can be "down" for some of the hosts: their connections are closed without an answer.
"""
import functools
import http.server
import os
import threading
import urllib.parse


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        """The first part names one of the folders; a repository's colons (core:/stable:) may come escaped or not."""
        parts = [part for part in urllib.parse.unquote(path.split("?")[0]).split("/") if part not in ("", ".", "..")]
        for prefix, folder in self.server.folders:
            if parts[:1] == [prefix]:
                return os.path.join(folder, *parts[1:])
            if not prefix and os.path.exists(found := os.path.join(folder, *parts)):
                return found
        return os.devnull + "/none"

    def handle_one_request(self):
        if self.client_address[0] in self.server.refused:
            self.close_connection = True
            return
        super().handle_one_request()

    def log_message(self, format, *arguments):
        with self.server.log_lock:
            self.server.log.write(f"{self.log_date_time_string()} {self.client_address[0]} {format % arguments}\n")
            self.server.log.flush()


class Mirror(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, port, folders, log):
        """folders: (the first part of an address, a folder) each; those with "" come last, and the first of them that has the rest is taken."""
        self.folders, self.refused = folders, set()
        self.log, self.log_lock = open(log, "a", encoding="utf-8"), threading.Lock()
        super().__init__((address, port), Handler)

    def start(self):
        threading.Thread(target=functools.partial(self.serve_forever, poll_interval=5), daemon=True).start()
