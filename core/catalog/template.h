// A manifest of the catalogue with its parameters put in. On the parsed tree, never on the text: so a value with a quote, a colon or a line
// feed is that value and nothing else, and no value is looked at again for what stands in it. Pure; any thread.
//
//   replicas: ${replicas}                a value that is nothing else takes the parameter's type: a number, a truth, a list
//   image: "${registry}/front:${tag}"    within a text it is text; "$${" is "${"
//   {$if: "expose=Ingress", …}           a map, an item or a document that is only there while that holds (form::holds)
//   {$if: …, $value: 80, $else: 443}     any value in its place
//   {$each: env, name: "${item.name}"}   an item for each line of a parameter; of "KEY=VALUE", item.name and item.value
//   {$each: {from: …, to: …}, …}         for each number
//   ${model.sha256}                      of a parameter of the type file: the sum of what is given, or of what the volume has (delivery.h)
// Parameters, and besides them ${name} and ${namespace}. A secret may stand only in a Secret, as a value by itself.
#pragma once

#include "base/result.h"
#include "catalog/entry.h"
#include "manifest/manifest_object.h"

#include <string>
#include <string_view>
#include <vector>

namespace timonier::catalog {

// What is put in.
struct Filling {
    std::string name{}, ns{};
    form::Values values{};  // of the parameters; secrets as they go to the cluster (hashed)
    std::map<std::string, std::string> sums{}; // SHA-256 of files, by parameter; one that is not known is empty
};

// Where a secret parameter ends up, so that it can be read back.
struct SecretPlace {
    std::string parameter{};
    std::string ns{}, secret{}, key{};
};

struct Rendered {
    std::vector<ManifestObject> objects{};
    std::vector<SecretPlace> places{};
};

// All templates of the entry whose source is used. A secret that is not there yet is an empty text.
// Errors: Invalid with file and line of the document.
Result<Rendered> render(const Entry &entry, const Filling &filling);

// A text of the entry (an address, a note), with parameters in it. Secrets are left out.
Result<std::string> renderText(const Entry &entry, const Filling &filling, std::string_view text);

// A tree that the entry holds as JSON (a chart's values), filled in like a manifest; JSON. Secrets are left out.
Result<std::string> renderTree(const Entry &entry, const Filling &filling, std::string_view json);

// The same with the secrets in it: for a file that one program reads.
Result<Secret> renderSecretTree(const Entry &entry, const Filling &filling, std::string_view json);

// Every condition and every ${…} names a parameter, every directive is one. Errors: Invalid with file and line.
Result<> checkTemplates(const Entry &entry);

} // namespace timonier::catalog
