// The output of the facts' script, cut into its parts. Pure.
#pragma once

#include "remote/host_facts.h"
#include "remote/words.h"

#include <map>

namespace timonier::remote {

class FactParts
{
public:
    FactParts(std::string_view output, std::string_view mark);

    // Without blanks around it; "" for a part that is not there.
    std::string text(const std::string &part) const;
    std::string line(const std::string &part, std::size_t number = 0) const;
    std::vector<std::string_view> lines(const std::string &part) const; // those that are not empty
    bool has(const std::string &part) const { return m_parts.contains(part); }

private:
    std::map<std::string, std::string_view> m_parts;
};

std::string_view trimmed(std::string_view text);
template <class Number>
Number numberIn(std::string_view text); // 0 where it begins with none

// Part by part; each file knows some of them.
void readRuntimes(const FactParts &parts, HostFacts &facts);  // host_facts_runtimes.cpp
void readPackaging(const FactParts &parts, HostFacts &facts); // host_facts_runtimes.cpp
void readNetwork(const FactParts &parts, HostFacts &facts);   // host_facts_network.cpp

} // namespace timonier::remote

#include <charconv>

template <class Number>
Number timonier::remote::numberIn(std::string_view text)
{
    Number value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}
