// The outside world of the plans under test: a folder of objects, each made in two steps as clouds do (asked for, then ready), with an
// id that nobody can foretell. Two objects of one name, or one that the ledger does not know, are what must never happen.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace timonier::plan::test {

struct Object {
    std::string id{}, name{}, tag{}, value{};
    bool ready = false;
};

class World
{
public:
    explicit World(std::filesystem::path folder) : m_folder(std::move(folder)) { std::filesystem::create_directories(m_folder); }

    std::vector<Object> objects() const
    {
        std::vector<Object> all;
        for (const auto &entry : std::filesystem::directory_iterator(m_folder)) {
            if (entry.path().extension() == ".new")
                continue; // half written: never seen by anybody
            Object object{.id = entry.path().filename().string()};
            std::ifstream file(entry.path());
            std::string ready;
            std::getline(file, object.name);
            std::getline(file, object.tag);
            std::getline(file, object.value);
            std::getline(file, ready);
            object.ready = ready == "ready";
            all.push_back(std::move(object));
        }
        return all;
    }
    std::vector<Object> named(const std::string &name) const
    {
        std::vector<Object> found;
        for (Object &object : objects())
            if (object.name == name)
                found.push_back(std::move(object));
        return found;
    }
    // A new one, whatever is there already: it is the caller who must not ask twice.
    std::string create(const std::string &name, const std::string &tag)
    {
        std::random_device random;
        Object object{.id = "id-" + std::to_string(random()) + std::to_string(random()), .name = name, .tag = tag};
        write(object);
        return object.id;
    }
    // The same token: the same object, as AWS' client tokens.
    std::string createOnce(const std::string &name, const std::string &token)
    {
        for (const Object &object : objects())
            if (object.tag == token)
                return object.id;
        return create(name, token);
    }
    void finish(const std::string &id, const std::string &value)
    {
        for (Object &object : objects())
            if (object.id == id) {
                object.value = value;
                object.ready = true;
                write(object);
            }
    }
    void destroy(const std::string &id) { std::filesystem::remove(m_folder / id); }
    // What the world looks like to those who use it.
    std::map<std::string, std::string> values() const
    {
        std::map<std::string, std::string> all;
        for (const Object &object : objects())
            all[object.name] += object.value + (object.ready ? ";" : " not ready;"); // a second one would show
        return all;
    }

private:
    void write(const Object &object)
    {
        const auto temporary = m_folder / (object.id + ".new");
        std::ofstream(temporary) << object.name << '\n' << object.tag << '\n' << object.value << '\n' << (object.ready ? "ready" : "asked") << '\n';
        std::filesystem::rename(temporary, m_folder / object.id);
    }
    const std::filesystem::path m_folder;
};

} // namespace timonier::plan::test
