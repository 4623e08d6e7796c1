<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ClusterRoom</name>
    <message numerus="yes">
        <source>%1 CPUs and %2 of memory free on %n nodes</source>
        <translation>
            <numerusform>%1 CPUs and %2 of memory free on %n node</numerusform>
            <numerusform>%1 CPUs and %2 of memory free on %n nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Forwarded</name>
    <message numerus="yes">
        <source>%n connection(s) to %1</source>
        <comment>%1: a pod</comment>
        <translation>
            <numerusform>%n connection to %1</numerusform>
            <numerusform>%n connections to %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Happened</name>
    <message numerus="yes">
        <source>%1: %n nodes are gone</source>
        <comment>%1: a context</comment>
        <translation>
            <numerusform>%1: %n node is gone</numerusform>
            <numerusform>%1: %n nodes are gone</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n nodes are not ready any more</source>
        <comment>%1: a context</comment>
        <translation>
            <numerusform>%1: %n node is not ready any more</numerusform>
            <numerusform>%1: %n nodes are not ready any more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n nodes are ready</source>
        <comment>%1: a context</comment>
        <translation>
            <numerusform>%1: %n node is ready</numerusform>
            <numerusform>%1: %n nodes are ready</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n pods took more memory than they may and were killed</source>
        <comment>%1: a context</comment>
        <translation>
            <numerusform>%1: %n pod took more memory than it may and was killed</numerusform>
            <numerusform>%1: %n pods took more memory than they may and were killed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewSettings</name>
    <message numerus="yes">
        <source>%1 % = %n pod(s)</source>
        <comment>a share of the pods, and how many that is</comment>
        <translation>
            <numerusform>%1 % = %n pod</numerusform>
            <numerusform>%1 % = %n pods</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pod(s)</source>
        <translation>
            <numerusform>%n pod</numerusform>
            <numerusform>%n pods</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ServiceExtras</name>
    <message numerus="yes">
        <source>Of %n endpoint(s), none is ready</source>
        <translation>
            <numerusform>Of %n endpoint, none is ready</numerusform>
            <numerusform>Of %n endpoints, none is ready</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::CheckPage</name>
    <message numerus="yes">
        <source>%n checks stand against it</source>
        <translation>
            <numerusform>%n check stands against it</numerusform>
            <numerusform>%n checks stand against it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It can be done; %n things to be known before</source>
        <translation>
            <numerusform>It can be done; %n thing to be known before</numerusform>
            <numerusform>It can be done; %n things to be known before</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, on %n hosts</source>
        <comment>%1: what is done about a check</comment>
        <translation>
            <numerusform>%1, on %n host</numerusform>
            <numerusform>%1, on %n hosts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::CheckTree</name>
    <message numerus="yes">
        <source>%n checks, nothing stands against it</source>
        <translation>
            <numerusform>%n check, nothing stands against it</numerusform>
            <numerusform>%n checks, nothing stands against it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hosts, nothing stands against it</source>
        <translation>
            <numerusform>%n host, nothing stands against it</numerusform>
            <numerusform>%n hosts, nothing stands against it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stand against it</source>
        <comment>checks or hosts</comment>
        <translation>
            <numerusform>%n stands against it</numerusform>
            <numerusform>%n stand against it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to be known</source>
        <comment>checks or hosts</comment>
        <translation>
            <numerusform>%n to be known</numerusform>
            <numerusform>%n to be known</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more, nothing stands against them</source>
        <comment>checks or hosts</comment>
        <translation>
            <numerusform>%n more, nothing stands against it</numerusform>
            <numerusform>%n more, nothing stands against them</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::DecisionTable</name>
    <message numerus="yes">
        <source>%n of 3 stars</source>
        <comment>what is generally said of a strategy</comment>
        <translation>
            <numerusform>%n of 3 stars</numerusform>
            <numerusform>%n of 3 stars</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::DesktopNotice</name>
    <message numerus="yes">
        <source>and %n more</source>
        <comment>things that happened</comment>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::FormPage</name>
    <message numerus="yes">
        <source>Advanced: %n settings</source>
        <translation>
            <numerusform>Advanced: %n setting</numerusform>
            <numerusform>Advanced: %n settings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::HostsDialog</name>
    <message numerus="yes">
        <source>%n hosts are not well</source>
        <translation>
            <numerusform>%n host is not well</numerusform>
            <numerusform>%n hosts are not well</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hosts want a look</source>
        <translation>
            <numerusform>%n host wants a look</numerusform>
            <numerusform>%n hosts want a look</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::LogPane</name>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n place</numerusform>
            <numerusform>%n places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::OverviewPage</name>
    <message numerus="yes">
        <source>%n closed to new pods</source>
        <comment>nodes; cordoned</comment>
        <translation>
            <numerusform>%n closed to new pods</numerusform>
            <numerusform>%n closed to new pods</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n completed</source>
        <comment>pods</comment>
        <translation>
            <numerusform>and %n completed</numerusform>
            <numerusform>and %n completed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>all of its %n checks pass</source>
        <translation>
            <numerusform>its %n check passes</numerusform>
            <numerusform>all of its %n checks pass</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n check(s) fail</source>
        <translation>
            <numerusform>%n check fails</numerusform>
            <numerusform>%n checks fail</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n other(s)</source>
        <comment>%1: an object; a warning about several</comment>
        <translation>
            <numerusform>%1 and %n other</numerusform>
            <numerusform>%1 and %n others</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::PlanPage</name>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n objects are refused</source>
        <translation>
            <numerusform>%n object is refused</numerusform>
            <numerusform>%n objects are refused</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n objects created</source>
        <translation>
            <numerusform>%n object created</numerusform>
            <numerusform>%n objects created</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <comment>objects</comment>
        <translation>
            <numerusform>%n changed</numerusform>
            <numerusform>%n changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n removed</source>
        <comment>objects</comment>
        <translation>
            <numerusform>%n removed</numerusform>
            <numerusform>%n removed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n as they are</source>
        <comment>objects</comment>
        <translation>
            <numerusform>%n as it is</numerusform>
            <numerusform>%n as they are</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::RowActions</name>
    <message numerus="yes">
        <source>%n row(s) copied as %1</source>
        <comment>%1: text, CSV, YAML</comment>
        <translation>
            <numerusform>%n row copied as %1</numerusform>
            <numerusform>%n rows copied as %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::StatusLine</name>
    <message numerus="yes">
        <source>%n port(s) forwarded</source>
        <comment>button in the status line</comment>
        <translation>
            <numerusform>%n port forwarded</numerusform>
            <numerusform>%n ports forwarded</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::TablePage</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::WizardWindow</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
