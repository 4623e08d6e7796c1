#include "catalog/secrets.h"

#include "base/say.h"
#include "catalog/bcrypt.h"
#include "kube/fetch.h"
#include "kube/scope.h"

#include <QByteArray>

#include <openssl/rand.h>

#include <set>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;

Result<Secret> kept(Transport &transport, const SecretPlace &place, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = "/api/v1/namespaces/" + percentEncoded(place.ns) + "/secrets/" + percentEncoded(place.secret)}, stop);
    if (!answer && (answer.error().kind == ErrorKind::NotFound || answer.error().kind == ErrorKind::Forbidden))
        return Secret();
    if (!answer)
        return std::unexpected(answer.error());
    const Json secret = Json::parse(answer->body, nullptr, false);
    const Json data = secret.is_object() ? secret.value("data", Json::object()) : Json::object();
    if (!data.is_object() || !data.contains(place.key) || !data[place.key].is_string())
        return Secret();
    return Secret(QByteArray::fromBase64(QByteArray::fromStdString(data[place.key].get<std::string>())).toStdString());
}

// What the entry says stands somewhere else in the cluster already.
Result<Secret> givenElsewhere(Transport &transport, const Entry &entry, const Filling &filling, const std::string &parameter, std::stop_token stop)
{
    const auto from = entry.given.find(parameter);
    if (from == entry.given.end())
        return Secret();
    const auto put = [&](const std::string &words) { return renderText(entry, filling, words); };
    const SecretPlace place{.parameter = parameter, .ns = TRY(put(from->second.ns)), .secret = TRY(put(from->second.secret)), .key = TRY(put(from->second.key))};
    return kept(transport, place, std::move(stop));
}

} // namespace

Result<Secret> generated(int count)
{
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string made;
    while (static_cast<int>(made.size()) < count) {
        unsigned char byte = 0;
        if (RAND_bytes(&byte, 1) != 1)
            return fail(ErrorKind::Internal, say("Core", "the generator of random numbers failed"));
        if (byte < 248) // 4 x 62: beyond, some letters would come more often
            made += letters[byte % letters.size()];
    }
    return Secret(std::move(made));
}

Result<> fillSecrets(Transport &transport, const Entry &entry, const std::vector<SecretPlace> &places, Filling &filling, std::stop_token stop)
{
    form::Values &values = filling.values;
    std::set<std::string> done;
    for (const SecretPlace &place : places) {
        if (!done.insert(place.parameter).second)
            continue;
        Secret &secret = values.secrets[place.parameter];
        const auto parameter = std::ranges::find(entry.parameters, place.parameter, &form::Parameter::id);
        if (!secret.empty()) {
            if (!entry.hashes.contains(place.parameter))
                continue;
            // Salted anew it would differ each time, and every deployment would be a change.
            const Secret before = TRY(kept(transport, place, stop));
            secret = bcryptMatches(secret, before.reveal()) ? before : Secret(TRY(bcrypt(secret)));
            continue;
        }
        secret = TRY(givenElsewhere(transport, entry, filling, place.parameter, stop)); // it may be another one by now
        if (secret.empty())
            secret = TRY(kept(transport, place, stop));
        if (secret.empty() && parameter != entry.parameters.end() && parameter->generate)
            secret = TRY(generated(parameter->generate));
    }
    std::erase_if(values.secrets, [](const auto &one) { return one.second.empty(); });
    return {};
}

} // namespace timonier::catalog
