// A file or folder of the person's on its way into a volume or an object store: which one, whether it lies there already, and the pod that
// takes it to a volume. What has arrived is told by annotations of the claim, or of the Secret with the store's keys, written when it bears its
// name and taken away before another comes; so whoever deploys again, from whichever computer, sends nothing twice and needs the file no
// longer. Blocking, but for what is said to be pure: worker threads only.
#pragma once

#include "base/result.h"
#include "catalog/template.h"
#include "form/check.h"
#include "kube/port_target.h"
#include "kube/upload.h"
#include "manifest/apply_plan.h"
#include "manifest/apply_set.h"

#include <filesystem>
#include <optional>
#include <stop_token>

namespace timonier::catalog {

inline constexpr const char *volumeFolder = "/volume"; // in the pod, and its working folder: paths in the volume are relative there

// An object store of the cluster, and what of it is the application's: each content below a folder of its own, named by its sum, so that
// nobody ever finds the half of one and the half of another.
struct StorePlace {
    PortTarget service{};
    std::string id{}, key{};          // parameters that hold its keys
    std::string bucket{}, folder{}, region{};
};

struct Shipment {
    std::string parameter{};          // "model"
    ObjectRef holder{};               // the claim, or the Secret with the store's keys: its annotations tell what has arrived
    std::string holderPath{};         // at the API server
    std::string to{};                 // in the volume, or in its folder of the store
    std::string image{}, pullSecret{};
    bool root = false;
    std::filesystem::path file{};     // empty: none was given, and what lies there stays
    FileSum sum{};                    // of the file, or of the folder
    std::string keptSum{}, keptPath{}; // what lies there; empty: nothing that is known
    std::optional<StorePlace> store{}; // empty: a volume
    std::vector<TreeFile> files{};    // what is to be sent

    // Pure.
    bool isThere() const { return file.empty() || (sum.sha256 == keptSum && path() == keptPath); }
    std::string path() const;         // as the holder tells it
    std::string place() const;        // for people: "recognition-models", "s3://models/shop/recognition"
    std::string keyOf(const TreeFile &one) const; // in the bucket
};

// Those that are wanted. The file is read for its sum; `filling.sums` gets that, or without a file what the claim says.
// Errors: those of readTree(), fetch(), Invalid.
Result<std::vector<Shipment>> shipmentsOf(Transport &transport, const Entry &entry, Filling &filling, std::stop_token stop);

// Its texts filled in. Errors: Invalid.
Result<StorePlace> storeOf(const Entry &entry, const Filling &filling, const Store &store);

// Reads again what lies there. No holder: nothing. Errors: those of fetch().
Result<> lookAgain(Transport &transport, Shipment &shipment, std::stop_token stop);
// Says what lies there; `sum` empty: not known. Errors: those of fetch().
Result<> tellHolder(Transport &transport, const Shipment &shipment, const std::string &sum, std::stop_token stop);

// The node of a pod that uses the claim, if it can be mounted on one node only: the pod must go there as well. Empty: anywhere.
// Errors: those of fetch(), but Forbidden (then the scheduler decides).
Result<std::string> nodeOf(Transport &transport, const Shipment &shipment, std::stop_token stop);

// The pod that takes the file, as JSON: it does nothing, ends by itself after four hours, and bears the set's mark. Pure.
SetEntry podOf(const SetName &set, const Shipment &shipment);
std::string podJson(const SetName &set, const Shipment &shipment, const std::string &node);

// The files of this computer that the entry uses: their paths are of no use to the next computer, so no record keeps them. Pure.
std::vector<std::string> localFiles(const Entry &entry);

// What is to be brought, and whether it has room in a volume of so many bytes (0: not known). Pure.
form::Check deliveryCheck(const Shipment &shipment, std::uint64_t room);
// Of all; and whether this user may. `plan` holds their claims; `asks`: a question is asked through a port-forward as well.
// Errors: those of mayDo().
Result<std::vector<form::Check>> deliveryChecks(Transport &transport, const std::vector<Shipment> &shipments, const ApplyPlan &plan, bool asks, const std::string &ns, std::stop_token stop);

} // namespace timonier::catalog
