// A person's kubeconfig changed on the disk, so that nothing of it can be lost: under kubectl's lock, whole or not at all, the previous
// one kept beside it. Blocking; any thread.
#pragma once

#include "base/environment.h"
#include "base/result.h"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace timonier {

// The file that kubectl would write to (client-go, tools/clientcmd/config.go, GetDefaultFilename): the chosen one; of KUBECONFIG's the
// first that exists, else the last; else ~/.kube/config.
std::string kubeconfigToWrite(const std::string &chosen, const Environment &environment);

struct KubeconfigChange {
    std::string file{};       // what was to be changed
    bool changed = false;     // false: it said so already
    std::string backup{};     // the file as it was; empty: there was none, or nothing changed
    bool lostComments = false; // they are in the backup
    // The file was left alone, because it is broken or must not be written, and this was written instead: a kubeconfig of its own.
    std::string beside{};
    std::string reason{};     // why
    // A sentence for the person: where what lies.
    std::string words() const;
};

// From the text of the file (empty: there is none) to the new one. Called again if it is to be written beside, with no text.
using KubeconfigEdit = std::function<Result<std::string>(const std::string &text)>;

struct KubeconfigWriting {
    std::chrono::milliseconds lockWait{10'000}; // for kubectl's lock, "config.lock"
    std::string besideName{"timonier"};         // in the name of what is written beside: config.NAME.yaml
    bool look = false;                          // nothing is written or locked: it only says what would be
    bool mayBeside = true;                      // false: such a file is an error (a removal has nothing to write beside)
};

// Symbolic links are followed and stay. A new file can be read by its owner only; one that was there keeps its owner and its mode.
// Errors: of `edit`; Invalid (broken, and not mayBeside), Conflict (locked, "who" in the context), Forbidden (read-only, and not mayBeside),
// Io (with the file as it was), Cancelled.
Result<KubeconfigChange> changeKubeconfig(const std::string &file, const KubeconfigEdit &edit, const KubeconfigWriting &how, std::stop_token stop);

} // namespace timonier
