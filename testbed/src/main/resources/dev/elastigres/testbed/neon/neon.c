/*
 * A stand-in for the neon extension: the settings that size neon's local file cache, and the
 * statistics of that cache. There is no cache behind them. The numbers are those of the last call of
 * neon.set_statistics.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/builtins.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

typedef struct Statistics
{
	int64		hits;
	int64		misses;
	int64		writes;
	int64		used;
	int32		working_set;
} Statistics;

static int	max_file_cache_size = 0;
static int	file_cache_size_limit = 0;
static Statistics *statistics = NULL;
static shmem_request_hook_type previous_request_hook = NULL;
static shmem_startup_hook_type previous_startup_hook = NULL;

void		_PG_init(void);

PG_FUNCTION_INFO_V1(neon_statistics);
PG_FUNCTION_INFO_V1(neon_set_statistics);
PG_FUNCTION_INFO_V1(approximate_working_set_size_seconds);

/* The limit can change at each reload, up to the size that was reserved at the start. */
static bool
check_limit(int *newval, void **extra, GucSource source)
{
	if (*newval > max_file_cache_size)
	{
		GUC_check_errdetail("\"neon.file_cache_size_limit\" (%d MB) must not be above "
							"\"neon.max_file_cache_size\" (%d MB).",
							*newval, max_file_cache_size);
		return false;
	}
	return true;
}

static void
request_memory(void)
{
	if (previous_request_hook)
		previous_request_hook();
	RequestAddinShmemSpace(MAXALIGN(sizeof(Statistics)));
}

static void
attach_memory(void)
{
	bool		found;

	if (previous_startup_hook)
		previous_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	statistics = ShmemInitStruct("neon stand-in", sizeof(Statistics), &found);
	if (!found)
		memset(statistics, 0, sizeof(Statistics));
	LWLockRelease(AddinShmemInitLock);
}

void
_PG_init(void)
{
	if (!process_shared_preload_libraries_in_progress)
		ereport(ERROR,
				(errmsg("the neon stand-in must be loaded by shared_preload_libraries")));

	DefineCustomIntVariable("neon.max_file_cache_size",
							"Most that the file cache may be set to.",
							NULL,
							&max_file_cache_size,
							0, 0, INT_MAX,
							PGC_POSTMASTER, GUC_UNIT_MB,
							NULL, NULL, NULL);
	DefineCustomIntVariable("neon.file_cache_size_limit",
							"Size of the file cache now.",
							NULL,
							&file_cache_size_limit,
							0, 0, INT_MAX,
							PGC_SIGHUP, GUC_UNIT_MB,
							check_limit, NULL, NULL);

	previous_request_hook = shmem_request_hook;
	shmem_request_hook = request_memory;
	previous_startup_hook = shmem_startup_hook;
	shmem_startup_hook = attach_memory;
}

static void
add_row(ReturnSetInfo *result, const char *key, int64 value)
{
	Datum		values[2];
	bool		nulls[2] = {false, false};

	values[0] = CStringGetTextDatum(key);
	values[1] = Int64GetDatum(value);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
neon_statistics(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Statistics	now;

	InitMaterializedSRF(fcinfo, 0);
	LWLockAcquire(AddinShmemInitLock, LW_SHARED);
	now = *statistics;
	LWLockRelease(AddinShmemInitLock);
	add_row(result, "file_cache_misses", now.misses);
	add_row(result, "file_cache_hits", now.hits);
	add_row(result, "file_cache_used", now.used);
	add_row(result, "file_cache_writes", now.writes);
	return (Datum) 0;
}

Datum
neon_set_statistics(PG_FUNCTION_ARGS)
{
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	statistics->hits = PG_GETARG_INT64(0);
	statistics->misses = PG_GETARG_INT64(1);
	statistics->writes = PG_GETARG_INT64(2);
	statistics->used = PG_GETARG_INT64(3);
	statistics->working_set = PG_GETARG_INT32(4);
	LWLockRelease(AddinShmemInitLock);
	PG_RETURN_VOID();
}

/*
 * The stand-in has no history: the working set is that of the last minute, plus one page for each
 * minute before it.
 */
Datum
approximate_working_set_size_seconds(PG_FUNCTION_ARGS)
{
	int32		pages;

	LWLockAcquire(AddinShmemInitLock, LW_SHARED);
	pages = statistics->working_set;
	LWLockRelease(AddinShmemInitLock);
	if (!PG_ARGISNULL(0))
		pages += PG_GETARG_INT32(0) / 60 - 1;
	PG_RETURN_INT32(pages);
}
