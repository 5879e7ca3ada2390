/* The broadcast ring for Spin: one producer, two readers, capacity 2, stamps that come again after
 * 2 laps (65,536 in the code), 5 records: the ring and the stamps both wrap.
 *
 * One statement in `atomic` or alone is one load or store of cpp/hft/ring/{slot_writer,broadcast}.hpp.
 * -DFAULT=1 stamp before payload, 2 three stamps looked at, 3 no look at the lap word.
 * spin -run -safety -DVECTORSZ=2048 ring_broadcast.pml     (tests/py/test_ring_model.py)
 */
#ifndef FAULT
#define FAULT 0
#endif
#define CAPACITY 2
#define RECORDS 5
#define STAMP_LAPS 2
#define STAMP(p) (((p) / CAPACITY + 1) % STAMP_LAPS)
#define AT(p, q) (((p) % CAPACITY) * 4 + (q))

byte owner[8];          /* 0 never written, else 1 + position: the payload of a quarter */
byte stamp[8];
byte write_position;
byte lap;
byte begun, complete;   /* seen by the checker only */

proctype producer() {
  byte p = 0;
  byte q;
  do
  :: p < RECORDS ->
     if
     :: p % CAPACITY == 0 -> lap = p / CAPACITY
     :: else
     fi;
     q = 4;
     do
     :: q > 0 ->
        q--;
#if FAULT == 1
        atomic { stamp[AT(p, q)] = STAMP(p); begun = p + 1 }
        atomic { owner[AT(p, q)] = p + 1; if :: q == 0 -> complete = p + 1 :: else fi }
#else
        atomic {
          stamp[AT(p, q)] = STAMP(p);
          owner[AT(p, q)] = p + 1;
          begun = p + 1;
          if :: q == 0 -> complete = p + 1 :: else fi
        }
#endif
     :: else -> break
     od;
     p++;
     write_position = p
  :: else -> break
  od
}

/* Loads the four quarters: `whole` when all stamps fit, `genuine` when all payloads are p's. */
inline look() {
  d_step { q = 0; whole = true; genuine = true }
  do
  :: q < 4 ->
     atomic {
       if
       :: stamp[AT(p, q)] != STAMP(p) && !(FAULT == 2 && q == 3) -> whole = false
       :: else
       fi;
       genuine = genuine && owner[AT(p, q)] == p + 1;
       q++
     }
  :: else -> break
  od
}

inline load_laps_behind() {
  atomic {
    if
    :: lap > p / CAPACITY -> behind = lap - p / CAPACITY
    :: else -> behind = 0
    fi
  }
}

inline take() {
  d_step {
    assert(genuine);      /* no torn record, no other position's record */
    p++;
    read++
  }
}

proctype reader() {
  byte p = 0, read = 0, lost = 0, q = 0, behind = 0, target = 0;
  bool whole, genuine, was_complete, taken;
  do
  :: p < RECORDS ->
     was_complete = complete > p;
     taken = false;
     look();
     if
     :: whole ->
        load_laps_behind();
        if
        :: behind < STAMP_LAPS || FAULT == 3 -> take(); taken = true
        :: else
        fi
     :: else
     fi;
     if
     :: !taken ->
        load_laps_behind();
        if
        :: behind == 0 -> assert(!was_complete)   /* empty: it was not there */
        :: else ->
           look();
           if
           :: whole ->
              load_laps_behind();
              if
              :: behind < STAMP_LAPS || FAULT == 3 -> take(); taken = true
              :: else
              fi
           :: else
           fi;
           if
           :: !taken ->
              atomic {
                assert(begun > p + CAPACITY);     /* lost: it is overwritten */
                target = p + 1;
                if
                :: write_position > CAPACITY / 2 && write_position - CAPACITY / 2 > target ->
                   target = write_position - CAPACITY / 2
                :: else
                fi;
                assert(target <= complete);       /* and no more than there was */
                lost = lost + target - p;
                p = target
              }
           :: else
           fi
        fi
     :: else
     fi
  :: else -> break
  od;
  assert(read + lost == RECORDS)
}

init {
  atomic { run producer(); run reader(); run reader() }
}
