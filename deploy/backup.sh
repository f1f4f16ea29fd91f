#!/bin/sh
# Makes a backup at once and then each BACKUP_EVERY_HOURS hours, and keeps the newest BACKUP_KEEP.
#
#   backup.sh sqlite FOLDER      by the program itself, while the server runs
#   backup.sh postgres FOLDER    by pg_dump; PGHOST, PGUSER and PGDATABASE say where from, and the
#                                password is in the file that BACKUP_PASSWORD_FILE names
#   backup.sh check FOLDER       fails when the newest backup is older than it should be
#   backup.sh restore FILE       puts a dump of PostgreSQL in the place of the database; no server may
#                                use it meanwhile, and the old one stays under another name
#
# BACKUP_EVERY_HOURS=0 makes one and ends; its exit code tells whether it was made.
# A backup has its name only once it is whole. The file last-backup is as old as the newest one.
set -eu

kind=${1:?sqlite, postgres, check or restore}
folder=${2:?a folder for the backups, or the file to restore}
every_hours=${BACKUP_EVERY_HOURS:-24}
keep=${BACKUP_KEEP:-14}

for number in "$every_hours" "$keep"; do
    case $number in
        '' | *[!0-9]* | ???????*) echo "backup: BACKUP_EVERY_HOURS and BACKUP_KEEP are whole numbers" >&2; exit 2 ;;
    esac
done
[ "$keep" -ge 1 ] || { echo "backup: BACKUP_KEEP has to be 1 at least" >&2; exit 2; }

make() {
    name="$folder/vetrina-$(date -u +%Y%m%dT%H%M%SZ)"
    case $kind in
        # The program writes to another name first, by itself.
        sqlite) vetrina backup "$name.db" ;;
        postgres) dump "$name.dump" ;;
    esac
}

sign_in() {
    PGPASSWORD=$(cat "${BACKUP_PASSWORD_FILE:?a file with the password}") || return 1
    export PGPASSWORD
}

dump() {
    sign_in || return 1
    rm -f "$folder"/.vetrina-*.part
    part="$folder/.${1##*/}.part"
    pg_dump --format=custom --no-owner --file="$part" || return 1
    # A dump that cannot be listed cannot be restored either.
    pg_restore --list "$part" >/dev/null || return 1
    sync "$part" && mv "$part" "$1"
}

# PostgreSQL refuses to rename a database that anybody uses, so a server that still runs stops this.
restore() {
    sign_in || return 1
    database=${PGDATABASE:?the name of the database}
    restored="${database}_restored"
    aside="${database}_before_$(date -u +%Y%m%d%H%M%S)"
    run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$@"; }
    PGOPTIONS=--client-min-messages=warning run --dbname=postgres --command="drop database if exists \"$restored\"" || return 1
    run --dbname=postgres --command="create database \"$restored\" template template0" || return 1
    pg_restore --dbname="$restored" --no-owner --exit-on-error --single-transaction "$folder" || return 1
    # Another history begins: whoever was further than the dump takes a snapshot. And the provider is
    # asked for what was paid since, from a minute before, as the dump began a moment before its date.
    made=$(TZ=UTC pg_restore --list "$folder" | sed -n 's/^; *Archive created at //p')
    run --dbname="$restored" --command="update instance set epoch = left(md5(random()::text), 8)" \
        --command="do \$\$ begin
            if exists (select from information_schema.columns
                       where table_name = 'instance' and column_name = 'restored_at') then
                update instance set restored_at = now(), backup_made_at = '$made'::timestamptz - interval '1 minute';
            end if;
        end \$\$" || return 1
    run --dbname=postgres --single-transaction \
        --command="alter database \"$database\" rename to \"$aside\"" \
        --command="alter database \"$restored\" rename to \"$database\"" || return 1
    echo "restore: $folder is the database now; the one before it is called $aside"
    echo "restore: what was promised after that backup is gone; the start of a server asks the"
    echo "restore: payment provider which sessions were paid since"
}

# Names begin with the time, so they sort by age.
forget() {
    ls -1d "$folder"/vetrina-* 2>/dev/null | sort -r | tail -n "+$((keep + 1))" | while IFS= read -r old; do
        rm -rf -- "$old"
    done
}

once() {
    if make; then
        touch "$folder/last-backup"
        forget
        echo "backup: made one, $(ls -1d "$folder"/vetrina-* | wc -l) are kept in $folder"
    else
        echo "backup: FAILED; those that exist are kept" >&2
        return 1
    fi
}

case $kind in
    sqlite | postgres) ;;
    restore)
        restore || { echo "restore: FAILED; the database is what it was" >&2; exit 1; }
        exit 0
        ;;
    check)
        # A backup may take an hour, and one may be late, but not two.
        recent=$(find "$folder/last-backup" -mmin "-$((every_hours * 60 + 90))" 2>/dev/null)
        [ -n "$recent" ] || { echo "no backup in $every_hours hours" >&2; exit 1; }
        exit 0
        ;;
    *) echo "backup: $kind is none of sqlite, postgres, check, restore" >&2; exit 2 ;;
esac

[ "$every_hours" -gt 0 ] || { once; exit; }
# The shell hears of a signal only while it waits itself, and what it waits for would outlive it.
rest=
trap '[ -z "$rest" ] || kill "$rest"; exit 0' TERM INT
while :; do
    once || true
    sleep "$((every_hours * 3600))" &
    rest=$!
    wait "$rest"
done
