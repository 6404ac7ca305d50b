#!/usr/bin/env bash
# Build the policy engine of heartbeat 2.1.3 as ptest, to ask what the tests have on record of it (Debian 12, no root needed).
#
# usage: build.sh REPOSITORY DIR    REPOSITORY: a clone or mirror of ClusterLabs/pacemaker; DIR gets the sources and DIR/ptest
#        CIBTOOLS_PTEST=DIR/ptest pytest tests/migrate/test_recorded.py    asks it again for every recorded decision
#
# The sources are those of 31 January 2008, the last before libxml2 took the place of heartbeat's own messages. What they need
# of heartbeat is in cluster-glue; a few headers and functions of programs that ptest never calls are made up here.
set -euo pipefail
commit=5089f0e1dac3be91abc69e1b87775c52599e167a
repository=$(realpath "$1")
mkdir -p "$2/debs" "$2/src" && cd "$2"
here=$PWD glue=$PWD/root/usr
(cd debs && apt-get --quiet=2 download cluster-glue-dev libplumb2 libplumb2-dev libplumbgpl2-dev libpils2 libpils2-dev \
    liblrm2-dev libstonith1-dev libglib2.0-dev libltdl-dev)
for package in debs/*.deb; do dpkg-deb --extract "$package" root; done
git -C "$repository" archive "$commit" include lib pengine | tar --extract --directory src
cd src
mkdir -p shim/clplumbing objects
cat >shim/config.h <<'END'
#define HAVE_LIBXML2 1
#define HAVE_GETOPT_H 1
#define HAVE_BZLIB_H 1
#define SUPPORT_HEARTBEAT 0
#define SUPPORT_AIS 0
#define HA_HAVE_DAEMON 1
#define HA_HAVE_SETENV 1
#define HA_HAVE_STRERROR 1
#define HA_HAVE_ALPHASORT 1
#define HA_HAVE_INET_PTON 1
#define HA_HAVE_STRNLEN 1
#define HA_HAVE_STRNDUP 1
#define HA_HAVE_UNSETENV 1
#define DTD_DIRECTORY "/nonexistent"
#define VERSION "2.1.3"
#define HA_CCMUSER "root"
#define HA_APIGROUP "root"
#define WORKING_DIR "/tmp"
#define U64T "%lu"
#define X64T "%lx"
END
echo '#include <glue_config.h>' >shim/hb_config.h
cat >shim/heartbeat.h <<'END'
#define ONLINESTATUS "online"
#define OFFLINESTATUS "offline"
#define ACTIVESTATUS "active"
#define DEADSTATUS "dead"
#define NORMALNODE "normal"
#define PINGNODE "ping"
END
cat >shim/clplumbing/cl_malloc.h <<'END'
#include <stdlib.h>
#define cl_malloc malloc
#define cl_calloc calloc
#define cl_free free
#define cl_realloc realloc
#define cl_strdup strdup
END
cat >shim/absent.c <<'END'
#include <crm_internal.h>
#include <crm/crm.h>
#include <crm/cib.h>
#include <crm/common/ipc.h>
int cl_is_allocated(const void *p) { return 1; }
gboolean send_ipc_message(IPC_Channel *c, HA_Message *m) { return TRUE; }
HA_Message *create_reply_adv(HA_Message *m, crm_data_t *x, const char *f) { return NULL; }
int cib_native_new(cib_t *c) { return 0; }
int cib_native_delete(cib_t *c) { return 0; }
END
flags=(-DHAVE_CONFIG_H -std=gnu89 -w -O1 -fcommon -Werror=implicit-function-declaration -Ishim -Iinclude -I.
    "-I$glue/include" "-I$glue/include/heartbeat" "-I$glue/include/glib-2.0"
    "-I$glue/lib/x86_64-linux-gnu/glib-2.0/include" -I/usr/include/libxml2)
for file in shim/absent pengine/{ptest,pengine,allocate,utils,constraints,native,group,clone,master,graph} \
    lib/crm/pengine/{rules,common,status,unpack,utils,complex,native,group,clone} \
    lib/crm/common/{utils,xml,iso8601,iso8601_fields} lib/crm/cib/{cib_attrs,cib_client,cib_version} \
    lib/crm/transition/{graph,unpack,utils}; do
    gcc "-I${file%/*}" -Ipengine -Ilib/crm/pengine "${flags[@]}" -c "$file.c" -o "objects/${file//\//_}.o"
done
gcc objects/*.o -o "$here/ptest" "-L$glue/lib" "-Wl,-rpath,$glue/lib" -Wl,--allow-shlib-undefined \
    -lplumb -lpils -l:libxml2.so -l:libglib-2.0.so.0 -lbz2
echo "built: $here/ptest"
