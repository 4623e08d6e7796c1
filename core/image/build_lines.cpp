#include "image/build_lines.h"

#include <charconv>
#include <vector>

namespace timonier::image {

namespace {

// "2/5" at the beginning of the text.
std::optional<double> stepOf(std::string_view text)
{
    int step = 0, all = 0;
    const char *end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, step);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '/')
        return {};
    const auto second = std::from_chars(first.ptr + 1, end, all);
    if (second.ec != std::errc() || step < 1 || all < step)
        return {};
    return static_cast<double>(step - 1) / all;
}

std::string_view trimmed(std::string_view line)
{
    const std::size_t from = line.find_first_not_of(" \t\r");
    return from == line.npos ? std::string_view() : line.substr(from, line.find_last_not_of(" \t\r") - from + 1);
}

bool isLayer(std::string_view word)
{
    return word.size() == 12 && word.find_first_not_of("0123456789abcdef") == word.npos;
}

} // namespace

std::optional<double> buildProgress(std::string_view line)
{
    line = trimmed(line);
    for (const std::string_view word : {std::string_view("Step "), std::string_view("STEP ")})
        if (line.starts_with(word))
            return stepOf(line.substr(word.size()));
    const std::size_t open = line.find('[');
    if (!line.starts_with('#') || open == line.npos)
        return {};
    // "[2/5]" or "[build 2/5]", and "[internal] load …" that is neither
    const std::string_view inside = line.substr(open + 1, line.find(']', open) - open - 1);
    const std::size_t blank = inside.rfind(' ');
    return stepOf(blank == inside.npos ? inside : inside.substr(blank + 1));
}

std::optional<double> LayerCount::add(std::string_view line)
{
    line = trimmed(line);
    const std::size_t colon = line.find(": ");
    if (colon != line.npos && isLayer(line.substr(0, colon))) {
        const std::string_view what = line.substr(colon + 2);
        m_named += what == "Preparing" || what == "Pulling fs layer";
        m_done += what == "Pushed" || what.starts_with("Layer already exists") || what.starts_with("Mounted from") || what == "Pull complete" || what == "Already exists";
    } else if (line.starts_with("Copying blob ")) {
        line.ends_with(" done") ? ++m_done : ++m_named;
    } else {
        return {};
    }
    m_named = std::max(m_named, m_done);
    return static_cast<double>(m_done) / m_named;
}

std::string reasonIn(std::string_view errors)
{
    static constexpr std::string_view marks[] = {"ERROR:", "Error:", "error:", "failed to ", "denied:", "unauthorized:", "The command ", "Cannot connect", "docker: Error "};
    std::string found, last;
    for (std::size_t at = 0; at < errors.size();) {
        const std::size_t end = std::min(errors.find('\n', at), errors.size());
        const std::string_view line = trimmed(errors.substr(at, end - at));
        at = end + 1;
        if (line.empty())
            continue;
        last = line;
        for (const std::string_view mark : marks)
            if (line.starts_with(mark))
                found = line;
    }
    return found.empty() ? last : found;
}

} // namespace timonier::image
