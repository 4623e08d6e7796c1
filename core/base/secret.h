// A string that must not be seen: no stream, no formatter, no comparison that prints; its memory is wiped when it goes.
#pragma once

#include <string>
#include <utility>

namespace timonier {

class Secret
{
public:
    Secret() = default;
    explicit Secret(std::string value) : m_value(std::move(value)) {}
    Secret(const Secret &) = default;
    Secret(Secret &&other) noexcept : m_value(std::move(other.m_value)) { other.wipe(); }
    Secret &operator=(const Secret &other)
    {
        if (this != &other) {
            wipe();
            m_value = other.m_value;
        }
        return *this;
    }
    Secret &operator=(Secret &&other) noexcept
    {
        if (this != &other) {
            wipe();
            m_value = std::move(other.m_value);
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    // The value itself, for the one place that sends it.
    const std::string &reveal() const { return m_value; }
    bool empty() const { return m_value.empty(); }
    bool operator==(const Secret &other) const { return m_value == other.m_value; }

private:
    void wipe()
    {
        // All that is allocated: what a move leaves in a short string's own buffer lies beyond its size.
        m_value.resize(m_value.capacity());
        // Through a volatile pointer, or the compiler leaves out a store that nobody reads.
        for (volatile char *p = m_value.data(), *end = p + m_value.size(); p != end; ++p)
            *p = 0;
        m_value.clear();
    }
    std::string m_value;
};

} // namespace timonier
