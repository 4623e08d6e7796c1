// What every connection to an API server has in common, whichever way libcurl is driven: where it goes, whom it trusts,
// who it is. Requests (curl_transfer.h) and streams (websocket.h) set it here, so that a proxy or a certificate that works
// for the one works for the other.
#pragma once

#include "kube/credentials.h"
#include "kube/curl_error.h"
#include "kube/endpoint.h"
#include "kube/server_url.h"

#include <string>
#include <vector>

struct curl_slist;

namespace timonier {

// Proxy, authorities, names, TLS version, client certificate. What `connectTo` becomes must live as long as the handle
// `easy` (a CURL), and be freed with wipeList(). The PEM texts are copied.
void setConnectionOptions(void *easy, const Endpoint &endpoint, const ServerUrl &server, const Credential &credential,
                          curl_slist *&connectTo);

// "Name: value" lines of who asks and for whom: Host, User-Agent, Impersonate-…, Authorization. They hold secrets: wipe()
// them. Errors: Invalid (a credential that no header can carry).
Result<std::vector<std::string>> identityHeaders(const Endpoint &endpoint, const ServerUrl &server,
                                                 const std::string &userAgent, const Credential &credential);

// The error of a transfer on `easy` that ended with the CURLcode `code`; `words`: its error buffer, may be empty.
Error connectionError(void *easy, int code, const char *words, bool answered, const Endpoint &endpoint, const ServerUrl &server);

void wipe(std::string &text);
void wipeList(curl_slist *list);

} // namespace timonier
