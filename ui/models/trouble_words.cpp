#include "ui/models/trouble_words.h"

#include <QCoreApplication>

#include <cctype>

namespace timonier {

namespace {

struct Trouble {
    Q_DECLARE_TR_FUNCTIONS(Trouble)
};

} // namespace

QString troubleWords(std::string_view status)
{
    if (status.starts_with("Init:")) {
        status.remove_prefix(5);
        if (!status.empty() && std::isdigit(static_cast<unsigned char>(status.front()))) // "Init:0/2"
            return Trouble::tr("what has to run first is not done yet");
    }
    if (status == "ImagePullBackOff" || status == "ErrImagePull")
        return Trouble::tr("the image cannot be pulled");
    if (status == "InvalidImageName")
        return Trouble::tr("the name of the image is not valid");
    if (status == "CrashLoopBackOff")
        return Trouble::tr("the program ends again and again");
    if (status == "Error")
        return Trouble::tr("the program ended with an error");
    if (status == "OOMKilled")
        return Trouble::tr("it took more memory than it may");
    if (status == "CreateContainerConfigError")
        return Trouble::tr("a config map or secret that it needs is missing");
    if (status == "CreateContainerError" || status == "RunContainerError" || status == "StartError")
        return Trouble::tr("the container cannot be started");
    if (status == "Pending")
        return Trouble::tr("no node has taken it yet");
    if (status == "ContainerCreating" || status == "PodInitializing")
        return Trouble::tr("it is being made ready");
    if (status == "NotReady")
        return Trouble::tr("it runs, and does not say that it is ready");
    if (status == "Evicted")
        return Trouble::tr("its node was short of something and put it out");
    if (status == "Terminating")
        return Trouble::tr("it is being ended");
    if (status == "Unknown" || status == "NodeLost")
        return Trouble::tr("its node does not answer");
    if (status == "DeadlineExceeded")
        return Trouble::tr("it took longer than it may");
    return {};
}

} // namespace timonier
