// An application as the catalogue has it: what it is, what it needs, what is asked, where its objects come from, how it is opened, and what
// is known to go wrong with it. Plain data, read from resources/catalog and from the person's own folder (entry_reader.h).
#pragma once

#include "form/parameter.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace timonier::catalog {

// Minor versions of Kubernetes 1, both ends among them; 0: open.
struct KubernetesRange {
    int from = 0, to = 0;
    bool holds(int minor) const { return (from == 0 || minor >= from) && (to == 0 || minor <= to); }
    std::string text() const; // "1.31–1.35", "1.31 or newer"; empty: any
};

struct Version {
    std::string name{};
    KubernetesRange kubernetes{}; // what its makers support
    bool breaksAbove = false;     // beyond `to` it cannot work (an API that was removed), not only: nobody has tried
    std::string note{};
};

// A program of somebody else's on this computer, and what it must answer. Every text may hold ${parameters}.
struct ToolNeed {
    std::string title{}, program{};
    std::vector<std::string> asks{};  // its arguments; it must end well
    std::string missing{};            // what is wrong where it does not
    std::string fix{};                // what to do then, and where there is no such program
};

// A namespace that somebody else must have made. Every text may hold ${parameters}.
struct SpaceNeed {
    std::string title{}, name{}, missing{}, fix{};
};

struct Needs {
    std::int64_t cpuMilli = 0;    // all together, beyond what its manifests say of themselves
    std::int64_t memoryBytes = 0;
    std::int64_t storageBytes = 0;
    std::vector<std::string> entries{}; // others of the catalogue that must be there
    std::vector<std::string> byHand{};  // what no API tells: to be looked at on the nodes
    std::vector<ToolNeed> tools{};
    std::vector<SpaceNeed> spaces{};
};

struct Source {
    enum Kind {
        Templates, // files of the entry, with its parameters put in
        Manifests, // a file, a folder or an address, taken as it is
        Kustomize, // folders of an archive
        Chart,     // of Helm
    } kind = Templates;
    std::vector<std::string> paths{}; // may hold ${parameters}; of Kustomize below the archive's own folder
    std::string archive{};            // of Kustomize: its address
    std::string inside{};             // "source=DIR" replaces an address by a folder: what to take there; empty: all of it
    std::string onlyIf{};
    std::string repository{}, chart{}, release{}; // of Chart; `paths` is empty
    std::string values{};             // of Chart: JSON, filled in like a template
};

struct Opening {
    std::string title{};
    std::string service{}, ns{};      // ns empty: the application's
    std::string port{};               // of the Service
    std::string path{"/"}, scheme{"http"};
    std::string host{};               // an Ingress or a route answers to this name
    std::string onlyIf{};
};

// An object store in the cluster, and where in it. Every text may hold ${parameters}.
struct Store {
    std::string service{}, ns{}, port{}; // where it speaks S3
    std::string id{}, key{};          // parameters of the type secret
    std::string bucket{}, folder{}, region{};
};

// A file or folder of the person's that goes into a volume, by a pod that lives no longer than that takes, or into an object store. Every text
// may hold ${parameters}.
struct Delivery {
    std::string file{};               // the id of a parameter of the type file or path
    std::string holder{}, to{};       // a PersistentVolumeClaim of the entry, and where in it; of a store the Secret with its keys
    std::optional<Store> store{};     // empty: a volume
    std::string image{};              // of the pod: one with sh, head, wc, mv and, for folders, tar
    std::string pullSecret{};
    std::string rootIf{};             // while that holds the pod runs as root
    std::string onlyIf{};
};

// What is asked of a Service once it is ready. Every text may hold ${parameters}.
struct Question {
    std::string service{}, port{};    // the Service's own port
    std::string health{};             // a path to GET; empty: it is only seen whether it answers at all
    std::string path{};               // where the question is posted
    std::string body{};               // the id of a parameter of the type file: the question; empty or not given: none
    std::string type{};               // of the body; empty: by the file's name
    std::string answer{};             // what must stand in the answer
    std::string onlyIf{};
};

// What a program of somebody else's does on this computer, where no objects can be sent in its place. One after another, taken back in
// reverse. Every text may hold ${parameters}, but for secrets.
struct ToolWork {
    std::string title{}, program{};
    std::vector<std::string> asks{};  // its arguments: is it done? Empty: that cannot be asked
    std::string field{};              // of the JSON that it prints then: "applications.*.application-status.current"; empty: it is enough that it ends well
    std::string answer{};             // what must stand in every place that the field names, and in one at least
    std::vector<std::string> run{};   // empty: it is waited until `asks` says yes
    std::string file{}, content{};    // of `run`: a file of this name in its folder, and its JSON (which is YAML too). May hold secrets; gone when the program has ended
    std::vector<std::string> undo{};
    std::string gone{};               // stands in what `asks` says once there is nothing to take back; empty: `undo` runs whatever there is
    std::string onlyIf{};
};

struct Note {
    std::string text{};
    std::string onlyIf{};
};

struct KnownFailure {
    std::string signal{}; // stands in what the cluster says
    std::string cause{}, fix{};
};

// Where in the cluster a secret stands already. Every text may hold ${parameters}.
struct SecretSource {
    std::string ns{}, secret{}, key{};
};

struct Entry {
    std::string id{}, title{}, summary{}, about{};
    std::string homepage{};
    std::string warning{};            // "archived in 2026"
    std::string group{};              // "applications", "platform", "cluster"
    std::string ns{};                 // where it lives; empty: where the person says
    std::vector<Version> versions{};  // the newest first; may be empty
    Needs needs{};
    std::vector<std::string> detect{}; // "certificates.cert-manager.io": kinds that tell that it is there, whoever installed it
    std::vector<form::Parameter> parameters{};
    std::map<std::string, std::string> hashes{}; // a secret parameter: "bcrypt": that goes to the cluster, never the secret itself
    std::map<std::string, SecretSource> given{}; // a secret parameter that is read there, unless the person gives it
    std::vector<Source> sources{};
    std::vector<Delivery> deliveries{};
    std::vector<Question> questions{};
    std::vector<ToolWork> works{};
    std::vector<Opening> openings{};
    std::vector<Note> notes{};
    std::vector<std::string> leaves{}; // what it makes itself in its namespaces, as "secrets/NAME": goes with them
    std::string token{};              // the ServiceAccount whose token lets a person in, on request
    std::vector<KnownFailure> failures{};
    std::string file{};               // where it was read
    std::map<std::string, std::string> templates{}; // name -> text
    bool own = false;                 // the person's
};

} // namespace timonier::catalog
