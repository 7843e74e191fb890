/* vfs.h - SQLite on the virtual disks. */
#ifndef TESTS_MODEL_VFS_H
#define TESTS_MODEL_VFS_H

/* Every database opened afterwards lies on them. */
void vfs_install(void);
/* Called inside the program that commits, as soon as others can see it; never for one that died. */
void vfs_on_commit(void (*seen)(const char *db_path));

#endif
