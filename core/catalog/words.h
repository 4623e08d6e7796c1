// The catalogue in the person's language: resources/catalog/words/LANGUAGE.json, each English text to its translation. Data, as the entries
// are: whoever writes an entry of their own writes it in whatever language they like. Any thread.
#pragma once

#include "catalog/entry.h"

#include <functional>
#include <map>
#include <string>

namespace timonier::catalog {

// Every text of it that a person reads.
void forEachText(Entry &entry, const std::function<void(std::string &)> &text);
void forEachText(std::vector<KnownFailure> &failures, const std::function<void(std::string &)> &text);

// "fr" -> what that language has; empty for English and those that there are no words for.
std::map<std::string, std::string> wordsOf(const std::string &language);
// Of this program, as its translation says.
std::string catalogLanguage();

} // namespace timonier::catalog
