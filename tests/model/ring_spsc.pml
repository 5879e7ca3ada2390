/* The spsc ring for Spin: producer and consumer, capacity 2, 5 records, slots given back one by one
 * or when idle, and a consumer that may be killed and followed by another.
 *
 * One statement in `atomic` or alone is one load or store of cpp/hft/ring/{slot_writer,spsc}.hpp.
 * -DFAULT=1 stamp before payload, 2 the producer takes a slot too many, 3 slots go back before they
 * are read, 4 three stamps looked at while a device stores quarters in any order.
 */
#ifndef FAULT
#define FAULT 0
#endif
#define CAPACITY 2
#define RECORDS 5
#define STAMP(p) ((p) / CAPACITY + 1)
#define AT(p, q) (((p) % CAPACITY) * 4 + (q))

byte owner[8];
byte stamp[8];
byte read_position, consumed_position;
byte kills = 1;

inline store_quarter() {
#if FAULT == 1
  stamp[AT(p, q)] = STAMP(p);
  owner[AT(p, q)] = p + 1;
#else
  atomic { stamp[AT(p, q)] = STAMP(p); owner[AT(p, q)] = p + 1 }
#endif
}

proctype producer() {
  byte p = 0, q, known = 0;
  do
  :: p < RECORDS ->
     if
     :: p - known >= CAPACITY + (FAULT == 2) ->
        known = read_position;
        (read_position != known || p - known < CAPACITY)   /* waits for slots */
     :: else ->
#if FAULT == 4
        q = 0;
        do :: q < 4 -> store_quarter(); q++ :: else -> break od;
#else
        q = 4;
        do :: q > 0 -> q--; store_quarter() :: else -> break od;
#endif
        p++
     fi
  :: else -> break
  od
}

proctype consumer() {
  byte p, q;
  bool whole, genuine;
begin:
  p = consumed_position;
  do
  :: p < RECORDS ->
#if FAULT == 3
     read_position = p + 1;
#endif
     d_step { q = 0; whole = true; genuine = true }
     do
     :: q < 4 ->
        atomic {
          whole = whole && (stamp[AT(p, q)] == STAMP(p) || (FAULT == 4 && q == 3));
          genuine = genuine && owner[AT(p, q)] == p + 1;
          assert(stamp[AT(p, q)] <= STAMP(p));   /* nothing unread is overwritten */
          q++
        }
     :: else -> break
     od;
     if
     :: whole ->
        assert(genuine);
        p++;
        consumed_position = p;
        if
        :: true -> read_position = p       /* every 64 records in the code: any choice is safe */
        :: true
        fi
     :: else ->
        read_position = p                  /* idle */
     fi
  :: atomic { p < RECORDS && kills > 0 -> kills-- }; goto begin
  :: else -> break
  od;
  assert(consumed_position == RECORDS)
}

init {
  atomic { run producer(); run consumer() }
}
