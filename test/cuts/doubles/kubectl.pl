#!/usr/bin/perl
# kubectl and the API server behind it: objects are files of JSON below the data of etcd, so they go where that goes.
use strict;
use warnings;
# The API server's, whatever that of who asks.
umask 022;

# What is beyond this double: the harness counts it as a fault of its own, whatever the script makes of it.
sub beyond {
    open my $out, ">>", "/sim/cut/beyond";
    print $out "kubectl: @_\n";
    die "double of kubectl: unknown: @_\n";
}

# JSON: texts, numbers as texts, lists, maps, booleans as \1 and \0.
my $text;
sub parse {
    $text = shift;
    pos($text) = 0;
    return value();
}
sub value {
    $text =~ /\G\s*/gc;
    if ($text =~ /\G\{/gc) {
        my %map;
        $text =~ /\G\s*/gc;
        return \%map if $text =~ /\G\}/gc;
        while (1) {
            my $name = value();
            $text =~ /\G\s*:/gc or die "no JSON: $text\n";
            $map{$name} = value();
            $text =~ /\G\s*([,}])/gc or die "no JSON: $text\n";
            return \%map if $1 eq "}";
        }
    }
    if ($text =~ /\G\[/gc) {
        my @list;
        return \@list if $text =~ /\G\s*\]/gc;
        while (1) {
            push @list, value();
            $text =~ /\G\s*([,\]])/gc or die "no JSON: $text\n";
            return \@list if $1 eq "]";
        }
    }
    if ($text =~ /\G"((?:[^"\\]|\\.)*)"/gcs) {
        my $s = $1;
        my %plain = (n => "\n", t => "\t", r => "\r", b => "\b", f => "\f");
        $s =~ s/\\(u([0-9a-fA-F]{4})|.)/defined $2 ? chr(hex $2) : $plain{$1} \/\/ $1/ges;
        return $s;
    }
    return \1 if $text =~ /\Gtrue/gc;
    return \0 if $text =~ /\Gfalse/gc;
    return undef if $text =~ /\Gnull/gc;
    return $1 + 0 if $text =~ /\G(-?[0-9.eE+]+)/gc;
    die "no JSON: $text\n";
}
sub quoted {
    my $s = shift;
    $s =~ s/(["\\])/\\$1/g;
    $s =~ s/\n/\\n/g;
    $s =~ s/\t/\\t/g;
    $s =~ s/\r/\\r/g;
    return "\"$s\"";
}
sub json {
    my $v = shift;
    return "null" unless defined $v;
    return "{" . join(",", map { quoted($_) . ":" . json($v->{$_}) } sort keys %$v) . "}" if ref $v eq "HASH";
    return "[" . join(",", map { json($_) } @$v) . "]" if ref $v eq "ARRAY";
    return $$v ? "true" : "false" if ref $v eq "SCALAR";
    return $v =~ /^-?(0|[1-9][0-9]*)$/ && $v !~ /^\s*$/ && length $v < 10 ? $v : quoted($v);
}
sub plain {
    my $v = shift;
    return "" unless defined $v;
    return ref $v eq "SCALAR" ? ($$v ? "true" : "false") : ref $v ? json($v) : $v;
}

# The store.
my $place = -e "/sim/place" ? slurp("/sim/place") : "remote";
my $store = $place eq "local" ? (slurp("/sim/etcd-place") // "/var/lib/etcd") . "/member/store" : "/sim/cluster";
sub slurp { open my $in, "<", $_[0] or return undef; local $/; my $t = <$in>; return $t // "" }
sub file { my ($kind, $ns, $name) = @_; return "$store/$kind/" . ($ns || "_") . "/$name.json" }
sub save {
    my ($kind, $ns, $object) = @_;
    my $path = file($kind, $ns, $object->{metadata}{name});
    (my $directory = $path) =~ s{/[^/]*$}{};
    system("mkdir", "-p", $directory);
    open my $out, ">", "$path.new" or fail("etcdserver: no space: $!");
    print $out json($object), "\n";
    close $out or do { unlink "$path.new"; fail("etcdserver: mvcc: database space exceeded") };
    rename "$path.new", $path;
    return unless $kind eq "secrets" && -e "/sim/keys-loaded";
    # With the first of the keys that the API server has read.
    my ($key) = split /\n/, slurp("/sim/keys-loaded");
    my $with = key_file($ns, $object->{metadata}{name});
    ($directory = $with) =~ s{/[^/]*$}{};
    system("mkdir", "-p", $directory);
    open my $note, ">", $with or fail("etcdserver: no space: $!");
    print $note "$key\n";
    close $note or fail("etcdserver: mvcc: database space exceeded");
}
# What is encrypted with a key that the API server lacks, it cannot read.
sub key_file { my ($ns, $name) = @_; return "$store/../keys/$ns/$name" }
sub readable {
    my $object = shift;
    my $key = slurp(key_file($object->{metadata}{namespace} // "_", $object->{metadata}{name})) // return;
    chomp $key;
    my %have = map { $_ => 1 } split /\n/, slurp("/sim/keys-loaded") // "";
    fail("Internal error occurred: unable to transform key: no matching prefix found") unless $have{$key};
}
# remove KIND NAMESPACE NAME: at once, or marked until its finalizers are off; a namespace that goes, with the last of those.
sub remove {
    my ($kind, $ns, $name) = @_;
    my $path = file($kind, $ns, $name);
    my $object = parse(slurp($path) // return 0);
    if (@{$object->{metadata}{finalizers} // []}) {
        $object->{metadata}{deletionTimestamp} = "2026-01-01T00:00:00Z";
        save($kind, $ns, $object);
        return 1;
    }
    unlink $path;
    unlink key_file($ns, $name) if $kind eq "secrets";
    namespace_goes($ns) if $ns;
    return 1;
}
sub namespace_goes {
    my $ns = shift;
    my $namespace = slurp(file("namespaces", "", $ns)) // return;
    return unless parse($namespace)->{metadata}{deletionTimestamp};
    for my $path (glob "$store/*/$ns/*.json") {
        my $object = parse(slurp($path));
        if (!@{$object->{metadata}{finalizers} // []}) { unlink $path }
    }
    return if glob "$store/*/$ns/*.json";
    unlink file("namespaces", "", $ns);
}
sub fail { print STDERR "Error from server: @_\n"; exit 1 }
sub reachable {
    return 1 if $place ne "local";
    system("/bin/bash", "-pc", ". /usr/lib/cuts/machine.double; sync_pods; [ -e /sim/pods/etcd ] && [ -e /sim/pods/kube-apiserver ]") == 0;
}
my %global = map { $_ => 1 } qw(nodes namespaces persistentvolumes volumeattachments certificatesigningrequests storageclasses clusterroles clusterrolebindings customresourcedefinitions);
my %short = (node => "nodes", no => "nodes", ns => "namespaces", pv => "persistentvolumes", csr => "certificatesigningrequests", cm => "configmaps", deploy => "deployments", ds => "daemonsets", po => "pods", pvc => "persistentvolumeclaims", svc => "services");
sub kind {
    my $kind = lc shift;
    $kind =~ s/\..*//;
    $kind = $short{$kind} if $short{$kind};
    $kind .= $kind =~ /(s|ss)$/ ? "" : "s";
    $kind =~ s/classs$/classes/;
    return $kind;
}

# Where the machine, not a script, changes objects: what kubeadm and the kubelet do.
my @a = @ARGV;
my $own = $a[0] // "";
if ($own eq "has-token") { exit(-e file("secrets", "kube-system", "bootstrap-token-$a[1]") ? 0 : 1) }
if ($own eq "node-joins") {
    exit 1 unless reachable();
    node_joins(@a[1 .. 3], slurp("/etc/machine-id") =~ s/\n//r);
    exit 0;
}
sub node_joins {
    my ($name, $version, $role, $machine) = @_;
    my $labels = {"kubernetes.io/hostname" => $name, $role eq "control-plane" ? ("node-role.kubernetes.io/control-plane" => "") : ()};
    save("nodes", "", {
        apiVersion => "v1", kind => "Node", spec => {$role eq "control-plane" ? (taints => [{key => "node-role.kubernetes.io/control-plane", effect => "NoSchedule"}]) : ()},
        metadata => {name => $name, uid => "uid-$name", labels => $labels, annotations => {"kubeadm.alpha.kubernetes.io/cri-socket" => "unix:///run/containerd/containerd.sock"}},
        status => {nodeInfo => {kubeletVersion => $version, machineID => $machine}, conditions => [{type => "Ready", status => "True", message => "kubelet is posting ready status"}]},
    });
}
if ($own eq "node-reports") {
    my ($version) = $a[1] =~ /(v[0-9.]+)/;
    exit 0 unless $version && reachable();
    # A Node that is gone comes back with its kubelet, bare, and with another range of addresses.
    if (-e "/sim/registers" && !-e file("nodes", "", "host-1")) {
        node_joins("host-1", $version, "worker", slurp("/etc/machine-id") =~ s/\n//r);
        my $node = parse(slurp(file("nodes", "", "host-1")));
        $node->{spec}{podCIDR} = "10.244.9.0/24";
        delete $node->{metadata}{annotations};
        save("nodes", "", $node);
    }
    for my $path (glob "$store/nodes/_/host-1.json") {
        my $node = parse(slurp($path));
        $node->{status}{nodeInfo}{kubeletVersion} = $version;
        save("nodes", "", $node);
    }
    exit 0;
}
if ($own eq "configmap") {
    local $/;
    my $data = <STDIN>;
    exit 1 unless reachable();
    save("configmaps", "kube-system", {apiVersion => "v1", kind => "ConfigMap", metadata => {name => $a[1], namespace => "kube-system"}, data => {$a[2] => $data}});
    exit 0;
}
if ($own eq "configmap-data") {
    exit 1 unless reachable();
    my $found = slurp(file("configmaps", "kube-system", $a[1]));
    exit 1 unless defined $found;
    print parse($found)->{data}{$a[2]};
    exit 0;
}
if ($own eq "certificates-secret") {
    exit 1 unless reachable();
    save("secrets", "kube-system", {apiVersion => "v1", kind => "Secret", metadata => {name => "bootstrap-token-owner1", namespace => "kube-system"}, data => {expiration => "soon"}});
    save("secrets", "kube-system", {apiVersion => "v1", kind => "Secret", metadata => {name => "kubeadm-certs", namespace => "kube-system", ownerReferences => [{name => "bootstrap-token-owner1"}]}, data => {"ca.crt" => "sealed"}});
    exit 0;
}

# kubectl itself.
my (@words, %flag);
my %takes = map { $_ => 1 } qw(kubeconfig n namespace o output l selector field-selector request-timeout server tls-server-name timeout p patch type f filename for grace-period field-manager raw sort-by tail s template cache-dir image rolling);
while (@a) {
    my $word = shift @a;
    if ($word eq "--") { push @words, @a; last }
    if ($word =~ /^--?([a-z-]+)=(.*)$/si) { $flag{$1} = $2 }
    elsif ($word =~ /^--?([a-zA-Z-]+)$/ && !(@words && $words[0] eq "taint" && $word =~ /-$/)) { $flag{$1} = $takes{$1} ? shift @a : "true" }
    else { push @words, $word }
}
my $verb = shift @words // "";
my $namespace = $flag{n} // $flag{namespace} // "default";
my $everywhere = $flag{A} || $flag{"all-namespaces"};
my $output = $flag{o} // $flag{output} // "";
if ($verb eq "version") { print "Client Version: $ENV{CUTS_VERSION}\nKustomize Version: v5.5.0\n"; exit 0 }
if ($verb eq "config") {
    # One user and one cluster.
    my $file = slurp($flag{kubeconfig} // "") // "";
    my ($certificate) = $file =~ /client-certificate-data: (\S+)/;
    my ($key) = $file =~ /client-key-data: (\S+)/;
    my ($server) = $file =~ /server: (\S+)/;
    show("configs", {users => [{user => {"client-certificate-data" => $certificate, "client-key-data" => $key}}], clusters => [{cluster => {server => $server}}]});
    exit($certificate ? 0 : 1);
}
my $kubeconfig = $flag{kubeconfig} // "/etc/kubernetes/none";
unless (-s $kubeconfig) { print STDERR "error: stat $kubeconfig: no such file or directory\n"; exit 1 }
unless (reachable()) { print STDERR "The connection to the server 10.0.0.11:6443 was refused - did you specify the right host or port?\n"; exit 1 }
if (defined $flag{raw}) { print "ok"; exit 0 }

sub holder { my $kind = shift; return $global{$kind} ? "" : $namespace }
sub not_found { my ($kind, $name) = @_; print STDERR "Error from server (NotFound): $kind \"$name\" not found\n"; exit 1 }
sub load {
    my ($kind, $name) = @_;
    my $found = slurp(file($kind, holder($kind), $name)) // return undef;
    my $object = parse($found);
    readable($object) if $kind eq "secrets";
    return $object;
}
sub list {
    my $kind = shift;
    my $ns = $global{$kind} ? "_" : $everywhere ? "*" : $namespace;
    my @all = map { parse(slurp($_)) } glob "$store/$kind/$ns/*.json";
    if ($kind eq "secrets") { readable($_) for @all }
    my $labels = $flag{l} // $flag{selector};
    if ($labels) {
        @all = grep {
            my $have = $_->{metadata}{labels} // {};
            $labels =~ /^(\S+) in \((.*)\)$/ ? grep({ ($have->{$1} // "") eq $_ } split /,/, $2)
                : !grep({ my ($k, $v) = split /=+/; !defined $have->{$k} || (defined $v && $have->{$k} ne $v) } split /,/, $labels)
        } @all;
    }
    if (my $fields = $flag{"field-selector"}) {
        for my $one (split /,/, $fields) {
            my ($path, $want) = split /=+/, $one;
            @all = grep { my $v = $_; for my $step (split /\./, $path) { $v = ref $v eq "HASH" ? $v->{$step} : undef } ($v // "") eq $want } @all;
        }
    }
    return @all;
}

# Output: jsonpath and go-template, as much of them as the scripts use.
sub steps {
    my ($path, @from) = @_;
    while (length $path) {
        if ($path =~ s/^\.?\[\*\]//) { @from = map { ref $_ eq "ARRAY" ? @$_ : ref $_ eq "HASH" ? values %$_ : () } @from }
        elsif ($path =~ s/^\.?\[(-?\d+)\]//) { my $at = $1; @from = map { ref $_ eq "ARRAY" && defined $_->[$at] ? $_->[$at] : () } @from }
        elsif ($path =~ s/^\.?\[\?\(@((?:\.[^=<>!]+?))\s*(?:(==|>|!=)\s*("?)([^")]*)\3)?\)\]//) {
            my ($inner, $op, $want) = ($1, $2, $4);
            @from = grep {
                my ($have) = steps($inner, $_);
                !defined $op ? defined $have : $op eq "==" ? plain($have) eq $want : $op eq "!=" ? plain($have) ne $want : (plain($have) || 0) > $want
            } map { ref $_ eq "ARRAY" ? @$_ : () } @from;
        }
        elsif ($path =~ s/^\.?\['([^']*)'\]// || $path =~ s/^\.((?:\\\.|[^.\[])+)//) {
            (my $name = $1) =~ s/\\\././g;
            @from = map { ref $_ eq "HASH" && exists $_->{$name} ? $_->{$name} : ref $_ eq "ARRAY" && $name eq "*" ? @$_ : () } @from;
        }
        else { beyond("jsonpath $path") }
    }
    return @from;
}
sub jsonpath {
    my ($template, $root) = @_;
    my @parts = $template =~ /(\{"(?:[^"\\]|\\.)*"\}|\{(?:[^{}"]|"[^"]*")*\}|[^{]+)/gs;
    return join "", walk(\@parts, $root, 0);
}
sub walk {
    my ($parts, $here) = @_;
    my @out;
    while (@$parts) {
        my $part = shift @$parts;
        if ($part eq "{end}") { last }
        elsif ($part =~ /^\{range (.*)\}$/s) {
            my ($path, $depth, @inner) = ($1, 1);
            while (@$parts) {
                my $next = shift @$parts;
                $depth++ if $next =~ /^\{range/;
                last if $next eq "{end}" && !--$depth;
                push @inner, $next;
            }
            for my $item (steps($path, $here)) { push @out, walk([@inner], $item) }
        }
        elsif ($part =~ /^\{"(.*)"\}$/s) { (my $s = $1) =~ s/\\n/\n/g; $s =~ s/\\t/\t/g; push @out, $s }
        elsif ($part =~ /^\{(.*)\}$/s) { push @out, join " ", map { plain($_) } steps($1 eq "." ? "" : $1, $here) }
        else { push @out, $part }
    }
    return @out;
}
sub gotemplate {
    my ($template, $root) = @_;
    my @parts = $template =~ /(\{\{.*?\}\}|[^{]+|\{)/gs;
    return go(\@parts, $root);
}
my %vars;
sub reach { my ($path, $here) = @_; return $path eq "." ? $here : (steps($path, $here))[0] }
sub go_value {
    my ($text, $here) = @_;
    return $1 =~ s/\\t/\t/gr =~ s/\\n/\n/gr if $text =~ /^"(.*)"$/s;
    return quoted(plain(reach($1, $here))) if $text =~ /^printf "%q" (\S+)$/;
    return substr(plain(reach($2, $here)), 0, $1) if $text =~ /^printf "%\.(\d+)s" (\S+)$/;
    return $here if $text eq ".";
    return $vars{$1} if $text =~ /^\$(\w+)$/;
    return ref $here eq "HASH" ? $here->{$1} : undef if $text =~ /^index \. "(.*)"$/;
    return plain($vars{$1}) eq $2 ? \1 : \0 if $text =~ /^eq \$(\w+) "(.*)"$/;
    return plain(reach($1, $here)) eq $2 ? \1 : \0 if $text =~ /^eq (\.\S+) "(.*)"$/;
    return reach($1, $here) if $text =~ /^(\.\S+)$/;
    beyond("go-template $text");
}
sub block {
    my $parts = shift;
    my ($depth, @yes, @no) = (1);
    my $into = \@yes;
    while (@$parts) {
        my $next = shift @$parts;
        $depth++ if $next =~ /^\{\{(range|if|with)\b/;
        last if $next eq "{{end}}" && !--$depth;
        if ($next eq "{{else}}" && $depth == 1) { $into = \@no; next }
        push @$into, $next;
    }
    return (\@yes, \@no);
}
sub go {
    my ($parts, $here) = @_;
    my $out = "";
    while (@$parts) {
        my $part = shift @$parts;
        if ($part =~ /^\{\{(range|with|if) (not )?(.*)\}\}$/s) {
            my ($what, $not, $path) = ($1, $2, $3);
            my ($yes, $no) = block($parts);
            if ($what eq "range" && $path =~ /^\$(\w+), \$(\w+) := (\S+)$/) {
                my ($key, $name, $map) = ($1, $2, go_value($3, $here) // {});
                for my $one (sort keys %$map) { @vars{$key, $name} = ($one, $map->{$one}); $out .= go([@$yes], $map->{$one}) }
                next;
            }
            my $v = go_value($path, $here);
            my $true = ref $v eq "ARRAY" ? @$v > 0 : ref $v eq "HASH" ? %$v > 0 : ref $v ? $$v : length($v // "");
            $true = !$true if $not;
            if ($what eq "range") { $out .= go([@$yes], $_) for @{$v // []} }
            else { $out .= $true ? go([@$yes], $what eq "with" ? $v : $here) : go([@$no], $here) }
        }
        elsif ($part =~ /^\{\{(.*)\}\}$/s) { $out .= plain(go_value($1, $here)) }
        else { $out .= $part }
    }
    return $out;
}
sub show {
    my ($kind, $object, $is_list) = @_;
    if ($output =~ /^jsonpath=(.*)$/s) { print jsonpath($1, $object) }
    elsif ($output =~ /^go-template=(.*)$/s) { print gotemplate($1, $object) }
    elsif ($output eq "json") { print json($object), "\n" }
    elsif ($output eq "name") { (my $one = $kind) =~ s/s$//; print "$one/$_->{metadata}{name}\n" for $is_list ? @{$object->{items}} : $object }
    elsif ($output) { beyond("output $output") }
    else { print "$_->{metadata}{name}\n" for $is_list ? @{$object->{items}} : $object }
}
sub merge {
    my ($into, $patch) = @_;
    for my $name (keys %$patch) {
        if (!defined $patch->{$name}) { delete $into->{$name} }
        elsif (ref $patch->{$name} eq "HASH") { $into->{$name} = {} unless ref $into->{$name} eq "HASH"; merge($into->{$name}, $patch->{$name}) }
        else { $into->{$name} = $patch->{$name} }
    }
}
# YAML of manifests, as much as is needed to store them: what they are, and texts.
sub from_yaml {
    my $yaml = shift;
    my %object = (metadata => {});
    $object{$1} = $2 while $yaml =~ /^(apiVersion|kind|type):\s*(\S+)/gm;
    my ($meta) = $yaml =~ /^metadata:\s*(\{.*\}|(?:\n  .*)+)/m;
    $object{metadata}{$1} = $2 while ($meta // "") =~ /\b(name|namespace):\s*"?([^\s,}"]+)/g;
    if ($yaml =~ /^stringData:\n((?:  .*\n?)+)/m) { my $data = $1; $object{stringData}{$1} = $2 while $data =~ /^  ([^:]+): "?(.*?)"?$/gm }
    if ($yaml =~ /^data:\n((?:  .*\n?)+)/m) { my $data = $1; $object{data}{$1} = $2 while $data =~ /^  ([^:]+): "?(.*?)"?$/gm }
    if ($yaml =~ /^(subjects|rules|roleRef|spec):/m) { $object{text} = $yaml }
    return \%object;
}
sub read_objects {
    my $from = $flag{f} // $flag{filename} // "-";
    my $all = $from eq "-" ? do { local $/; <STDIN> } : slurp($from);
    $all = "" unless defined $all;
    if ($all =~ /^\s*\{/) { my $one = parse($all); return $one->{items} ? @{$one->{items}} : $one }
    my @found = map { from_yaml($_) } grep { /^kind:/m } split /^---\n/m, $all;
    unless (@found) { print STDERR "error: no objects passed to apply\n"; exit 1 }
    return @found;
}
# targets: KIND NAME..., KIND/NAME..., or KIND by selectors
sub targets {
    my @w = @_;
    if (@w && $w[0] =~ m{/}) { return map { m{^([^/]+)/(.*)$}; [kind($1), $2] } @w }
    my $kind = kind(shift @w);
    return map { [$kind, $_] } @w if @w;
    return map { [$kind, $_->{metadata}{name}, $_->{metadata}{namespace}] } list($kind);
}
sub change {
    my ($kind, $name, $how) = @_;
    my $object = load($kind, $name) or not_found($kind, $name);
    $how->($object);
    save($kind, holder($kind), $object);
}

if ($verb eq "get") {
    my ($kinds, @names) = @words;
    ($kinds, @names) = ($1, $2, @names) if $kinds =~ m{^([^/]+)/(.+)$};
    if (@names == 1) {
        my $kind = kind($kinds);
        my $object = load($kind, $names[0]);
        unless ($object) { exit 0 if $flag{"ignore-not-found"}; not_found($kind, $names[0]) }
        show($kind, $object);
    }
    elsif ($output eq "name") { show(kind($_), {items => [list(kind($_))]}, 1) for split /,/, $kinds }
    else {
        my @items = map { my $kind = kind($_); @names ? map({ load($kind, $_) // () } @names) : list($kind) } split /,/, $kinds;
        show(kind($kinds), {apiVersion => "v1", kind => "List", items => \@items}, 1);
    }
}
elsif ($verb eq "apply" || $verb eq "replace" || ($verb eq "create" && ($flag{f} || $flag{filename}))) {
    for my $object (read_objects()) {
        my $kind = kind($object->{kind});
        my $ns = $global{$kind} ? "" : $object->{metadata}{namespace} // $namespace;
        if ($object->{stringData}) { $object->{data} = {%{$object->{data} // {}}, %{delete $object->{stringData}}} }
        my $old = slurp(file($kind, $ns, $object->{metadata}{name}));
        if ($verb eq "apply" && defined $old) { my $into = parse($old); merge($into, $object); $object = $into }
        $object->{status}{succeeded} = 1 if $kind eq "jobs";
        $object->{status}{availableReplicas} = 1 if $kind eq "deployments";
        if ($kind eq "pods") {
            my $looks = $object->{spec}{hostNetwork};
            $object->{status} = {phase => $looks ? "Succeeded" : "Running", podIP => "10.244.0.5"};
            $object->{status}{containerStatuses} = [{state => {terminated => {message => "rule\tfirewall: a rule\n"}}}] if $looks;
        }
        save($kind, $ns, $object);
        print "$kind/$object->{metadata}{name} configured\n";
    }
}
elsif ($verb eq "create") {
    my $kind = kind($words[0]);
    my $name = $words[-1];
    if (load($kind, $name)) { print STDERR "Error from server (AlreadyExists): $kind \"$name\" already exists\n"; exit 1 }
    save($kind, holder($kind), {kind => $words[0], metadata => {name => $name}});
}
elsif ($verb eq "delete") {
    my $missing = 0;
    for my $target (targets(@words)) {
        my ($kind, $name, $ns) = @$target;
        $namespace = $ns if $ns;
        if (remove($kind, holder($kind), $name)) {
            print "$kind \"$name\" deleted\n";
            if ($kind eq "namespaces") { system("rm", "-rf", glob "$store/*/$name") }
        }
        elsif (!$flag{"ignore-not-found"}) { print STDERR "Error from server (NotFound): $kind \"$name\" not found\n"; $missing = 1 }
    }
    exit $missing;
}
elsif ($verb eq "patch") {
    my ($target) = targets(@words);
    my $patch = parse($flag{p} // $flag{patch});
    if ($patch->{stringData}) { $patch->{data} = delete $patch->{stringData} }
    change(@$target[0, 1], sub { merge($_[0], $patch) });
    my $patched = load(@$target[0, 1]);
    remove($target->[0], holder($target->[0]), $target->[1]) if $patched->{metadata}{deletionTimestamp} && !@{$patched->{metadata}{finalizers} // []};
    print "patched\n";
}
elsif ($verb eq "annotate" || $verb eq "label") {
    my ($target, @pairs) = $words[0] =~ m{/} ? ((targets($words[0]))[0], @words[1 .. $#words]) : ((targets(@words[0, 1]))[0], @words[2 .. $#words]);
    my $where = $verb eq "label" ? "labels" : "annotations";
    change(@$target[0, 1], sub {
        for my $pair (@pairs) {
            if ($pair =~ /^([^=]+)-$/) { delete $_[0]{metadata}{$where}{$1} }
            elsif ($pair =~ /^([^=]+)=(.*)$/s) { $_[0]{metadata}{$where}{$1} = $2 }
        }
    });
}
elsif ($verb eq "taint") {
    my ($kind, $name, @taints) = @words;
    change("nodes", $name, sub {
        my $have = $_[0]{spec}{taints} //= [];
        for my $taint (@taints) {
            if ($taint =~ /^([^=:]+)(?:=[^:]*)?(?::([A-Za-z]+))?-$/) {
                my ($key, $effect, $before) = ($1, $2, scalar @$have);
                @$have = grep { !($_->{key} eq $key && (!$effect || $_->{effect} eq $effect)) } @$have;
                if ($before == @$have) { print STDERR "error: taint \"$taint\" not found\n"; exit 1 }
            }
            elsif ($taint =~ /^([^=:]+)(?:=([^:]*))?:([A-Za-z]+)$/) {
                my ($key, $v, $effect) = ($1, $2, $3);
                @$have = grep { !($_->{key} eq $key && $_->{effect} eq $effect) } @$have;
                push @$have, {key => $key, effect => $effect, length($v // "") ? (value => $v) : ()};
            }
        }
        delete $_[0]{spec}{taints} unless @$have;
    });
}
elsif ($verb eq "cordon" || $verb eq "uncordon") {
    my $name = $words[-1] =~ s{^node/}{}r;
    change("nodes", $name, sub { if ($verb eq "cordon") { $_[0]{spec}{unschedulable} = \1 } else { delete $_[0]{spec}{unschedulable} } });
}
elsif ($verb eq "drain") {
    my $name = $words[0];
    change("nodes", $name, sub { $_[0]{spec}{unschedulable} = \1 });
    for my $path (glob "$store/pods/*/*.json") { my $pod = parse(slurp($path)); unlink $path if ($pod->{spec}{nodeName} // "") eq $name }
}
elsif ($verb eq "wait") {
    for my $target (targets(@words)) { load(@$target[0, 1]) or not_found(@$target[0, 1]) }
}
elsif ($verb eq "rollout") {
    my $action = shift @words;
    my ($target) = targets(@words);
    load(@$target[0, 1]) or not_found(@$target[0, 1]);
    # What comes of it: an operator looks at the nodes again. Whole or not at all, as etcd writes.
    my $after = "$store/../restarted/$target->[1]";
    if ($action eq "restart" && -d $after) {
        my $copied = system("rm -rf $after.new && cp -r $after $after.new && cp -rlf $after.new/. $store/");
        system("rm -rf $after.new");
        fail("etcdserver: mvcc: database space exceeded") if $copied;
    }
}
elsif ($verb eq "certificate") {
    shift @words;
    for my $name (@words) {
        my $request;
        change("certificatesigningrequests", $name, sub { $request = $_[0]; $_[0]{status}{conditions} = [{type => "Approved", status => "True"}]; $_[0]{status}{certificate} = "issued" });
        next unless $request->{spec}{signerName} eq "kubernetes.io/kube-apiserver-client-kubelet";
        # The kubelet that has asked registers its node, and kubeadm there marks it.
        my $subject = qx(printf %s '$request->{spec}{request}' | base64 -d | /usr/lib/cuts/real/openssl req -noout -subject);
        node_joins($1, "v1.32.0", "worker", "cccc") if $subject =~ /system:node:([-a-z0-9.]+)/;
    }
}
elsif ($verb eq "exec") {
    # A shell that asks: whom, where and at which port, behind its limit and what cluster DNS is asked.
    my ($pod, @asks) = @words;
    load("pods", $pod) or not_found("pods", $pod);
    while (@asks && $asks[0] ne "ask") { shift @asks }
    splice @asks, 0, 2;
    my ($dns) = splice @asks, 0, 2;
    my $none = -e "/sim/no-way" ? "none" : "whole";
    while (my ($peer) = splice @asks, 0, 3) { print "pod\t$peer\t$none\n" }
    print "dns\tyes\n" unless $dns eq "-";
    print "api\tyes\nend\n";
}
elsif ($verb eq "logs" || $verb eq "auth" || $verb eq "describe") { print "yes\n" if $verb eq "auth" }
else { beyond("$verb @words") }
exit 0;
