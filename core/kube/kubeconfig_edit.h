// A kubeconfig's text changed: a context added, renamed, taken out, with its cluster and its user. Pure: text in, text out.
//
// What is not touched keeps its meaning and its order, fields that nobody here knows too. Comments are lost, as kubectl loses them. An entry
// that the result cannot hold is refused, never half of it written.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace timonier {

struct AddContext {
    std::string from{};              // a kubeconfig's text: of a tool, of a host
    std::string context{};           // which of its contexts; empty: its current one, or the only one
    std::string name{};              // what it shall be called; empty: as it is
    std::filesystem::path folder{};  // where relative file names in `from` start; empty: they stay
    bool makeCurrent = false;
    bool replace = false;            // a context of that name for another server is overwritten
};

// Adds it to `text` (empty: a new kubeconfig). Its cluster and its user keep their names, unless those are taken by others' (two
// clusters of kubeadm are both called "kubernetes"): then they get the context's. Unchanged text back: it is all there already.
// Errors: Invalid (one of the two is no kubeconfig: "file" is `file`, or empty), NotFound (no such context), Conflict (the name is taken).
Result<std::string> withContext(const std::string &text, const AddContext &what, const std::string &file);

// Without that context, and without its cluster and its user where no other context has them. It is not current any more. Unchanged text
// back: there is none of that name. Errors: Invalid.
Result<std::string> withoutContext(const std::string &text, const std::string &context, const std::string &file);

// The context under another name; its cluster and user too, where they are called as it was and serve no other. Errors: Invalid, NotFound, Conflict.
Result<std::string> withRenamedContext(const std::string &text, const std::string &from, const std::string &to, const std::string &file);

// Whether it holds that context, for that server where one is given. Errors: Invalid.
Result<bool> hasContext(const std::string &text, const std::string &context, const std::string &server, const std::string &file);

// The server of a context (empty: the current one). Errors: Invalid, NotFound.
Result<std::string> serverOf(const std::string &text, const std::string &context, const std::string &file);

} // namespace timonier
