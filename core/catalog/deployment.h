// One application for one cluster, made ready: its values (with those kept from last time), its secrets, its objects, and what stands
// against it. Nothing is changed. Blocking: worker threads only.
#pragma once

#include "catalog/catalog.h"
#include "catalog/delivery.h"
#include "catalog/preflight.h"
#include "catalog/question.h"
#include "catalog/record.h"
#include "catalog/sources.h"
#include "catalog/tool_work.h"
#include "manifest/apply_preview.h"

#include <chrono>
#include <optional>
#include <stop_token>

namespace timonier::catalog {

struct AppRequest {
    std::string entry{};          // its id
    SetName set{};                // empty: the entry's id; the entry's own namespace, or "default"
    form::Values values{};        // what was given now
    bool fresh = false;           // what was asked for last time is forgotten
    bool force = false;           // fields that others look after are taken from them
    bool regardless = false;      // what the checks found does not hold it up
    std::chrono::milliseconds patience{600'000}; // until all is ready
};

struct Prepared {
    const Entry *entry = nullptr;
    Filling filling{};            // with secrets, in this process only
    Record record{};              // what will be remembered
    std::vector<Shipment> shipments{}; // files for volumes and object stores
    std::vector<Asked> questions{};    // once it is ready
    ApplyPlan plan{};             // empty where it cannot be made: a check says why
    std::vector<form::Check> checks{};
    std::optional<AppliedSet> before{};
    std::vector<SetEntry> gone{}; // that the set had, and this one has not
    bool update = false;

    // The first that forbids it.
    const form::Check *obstacle() const;
};

// The request with what it left open filled in: name, namespace.
AppRequest completed(const Entry &entry, AppRequest request);

// `given` over `kept`, of the parameters that the entry has (one that was dropped in a newer Timonier is forgotten).
form::Values merged(const Entry &entry, const std::map<std::string, std::string> &kept, const form::Values &given);

// Errors: NotFound (no such entry), Invalid (values that cannot be: all of them; manifests), those of the sources, of fetch().
Result<Prepared> prepare(const std::shared_ptr<Transport> &transport, const StreamAccess &streams, const Catalog &catalog, const Supplier &supplier, const ToolGround &tools, const AppRequest &request, std::stop_token stop);

// What can be known without a cluster. Errors: as above.
Result<Rendered> preparedOnPaper(const Catalog &catalog, const Supplier &supplier, const AppRequest &request, std::stop_token stop);

struct Way {
    std::string title{};
    ObjectRef service{};
    std::string port{}, scheme{}, path{};
    std::string url{};            // reachable at once: by a node port, a load balancer, a host name; empty: by port-forward only
    std::string command{};        // the port-forward, as one would type it
};

// How it is opened, and the notes that hold. Errors: those of fetch().
Result<std::vector<Way>> waysIn(Transport &transport, const Entry &entry, const Filling &filling, std::stop_token stop);
std::vector<std::string> notesOf(const Entry &entry, const Filling &filling);

} // namespace timonier::catalog
